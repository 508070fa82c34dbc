import { attribute } from './attributes.ts';
import { augmentationNeeds } from './augmentation.ts';
import type { DataType } from './dataTypes.ts';
import type { GraphDefinition, GraphOutput } from './graphDefinition.ts';
import type { PassInputs, SessionParts } from './passGraph.ts';
import type { FeedSpecification } from './session.ts';

/** The part of a pass's inputs that a step is fed. */
export type FedRows = Pick<PassInputs, 'flip' | 'crop' | 'dropout'> & { readonly indices: GraphOutput };

/** The placeholders of a training step, and slices of them. */
export class StepInputs {
  /** In the order in which values are fed: indices, learning rate, flips, crops, dropout numbers. */
  readonly feeds: FeedSpecification[] = [];
  readonly learningRate: GraphOutput;
  readonly #graph: GraphDefinition;
  readonly #size: number;
  readonly #indices: FeedSpecification;
  readonly #flip: FeedSpecification | undefined;
  readonly #crop: FeedSpecification | undefined;
  readonly #dropout: readonly FeedSpecification[];

  /** @param size of the batch. */
  constructor({ graph, recipe, network }: SessionParts, size: number) {
    this.#graph = graph;
    this.#size = size;
    const needs = augmentationNeeds(recipe.augmentation);
    this.#indices = this.#feed('indices', 'int32', [size]);
    this.learningRate = this.#feed('learning_rate', 'float32', []).name;
    this.#flip = needs.flip ? this.#feed('flip', 'float32', [size]) : undefined;
    this.#crop = needs.crop === null ? undefined : this.#feed('crop', 'int32', [size, 2]);
    this.#dropout = network.dropout.map(({ exampleShape }, index) =>
      this.#feed(`dropout${String(index)}`, 'float32', [size, ...exampleShape]),
    );
  }

  /** What examples `from` to `from + count` of the batch are fed. */
  rows(from: number, count: number): FedRows {
    const slice = (feed: FeedSpecification): GraphOutput => this.#slice(feed, from, count);
    return {
      indices: slice(this.#indices),
      flip: this.#flip === undefined ? undefined : slice(this.#flip),
      crop: this.#crop === undefined ? undefined : slice(this.#crop),
      dropout: this.#dropout.map(slice),
    };
  }

  #slice({ name, dtype, shape }: FeedSpecification, from: number, count: number): GraphOutput {
    if (count === this.#size) return name;
    const inner = shape.slice(1);
    return this.#graph.add(
      'Slice',
      [name, this.#graph.intVector([from, ...inner.map(() => 0)]), this.#graph.intVector([count, ...inner])],
      { T: attribute.type(dtype), Index: attribute.type('int32') },
    );
  }

  #feed(name: string, dtype: DataType, shape: readonly number[]): FeedSpecification {
    const feed = { name: this.#graph.placeholder(name, dtype, shape), dtype, shape };
    this.feeds.push(feed);
    return feed;
  }
}
