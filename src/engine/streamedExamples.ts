import { NoisefloorError } from '../study/errors.ts';
import { attribute } from './attributes.ts';
import type { BindingValues } from './binding.ts';
import { elementCount, type DataType } from './dataTypes.ts';
import type { EncodedImages } from './encodedImages.ts';
import { asFloat, checkExamples, gatherRows, refuseStrayIndices, type ExampleNodes } from './examples.ts';
import type { GraphDefinition, GraphOutput, SessionVariable } from './graphDefinition.ts';
import { decodedImage, rounded, scaledTo, slicedTo, unstacked } from './imageNodes.ts';
import {
  centralSquare,
  centralWindow,
  distortedWindow,
  type CropWindow,
  type InceptionCrop,
} from './inceptionCrop.ts';
import type { Examples } from './labelledImages.ts';
import type { FeedSpecification, GraphSession } from './session.ts';
import type { BatchAhead } from './trainingInterface.ts';
import type { VariableAccess } from './variableAccess.ts';

/** Makes a batch of one size ready and keeps it in the session until a step takes it. */
export interface BatchMaker {
  /** Images or where they are held, labels, and where to cut: see {@link StreamedExamples.feedsOf}. */
  readonly feeds: readonly FeedSpecification[];
  /** int32 scalar that is there once the batch is kept. */
  readonly done: GraphOutput;
}

/** A batch in the session: what steps read, and what is written for the next one. */
interface BatchBuffer {
  readonly images: SessionVariable;
  readonly labels: SessionVariable;
  /** One reading of each, which the writing of the next batch waits for. */
  readonly pixels: GraphOutput;
  readonly answers: GraphOutput;
  readonly maker: BatchMaker;
}

/** Where images are cut out before anything else. */
export interface Cutting {
  readonly crop: InceptionCrop;
  /** `drawn` anew for each batch, or around the centre, as test images are. */
  readonly window: 'drawn' | 'central';
}

/**
 * Examples that are made ready batch by batch: decoded from their files, cut out, resized. A variable holds the batch that
 * a step trains on; the same call makes the next one and assigns it after the step's reading, which keeps the memory that
 * it has read. So two batches are there at a time, and everything behind the gathering is as with held examples.
 */
export class StreamedExamples implements ExampleNodes {
  readonly count: number;
  readonly hasAttributes: boolean;
  /** Undefined where the images are held and only cut out batch by batch. */
  readonly encoded: EncodedImages | undefined;
  readonly #graph: GraphDefinition;
  readonly #name: string;
  readonly #examples: Examples;
  readonly #classes: number;
  readonly #cutting: Cutting | undefined;
  readonly #held: SessionVariable | undefined;
  readonly #buffers = new Map<number, BatchBuffer>();

  /**
   * @param classes how many there are, or attributes.
   * @throws NoisefloorError `dataset-invalid` if images and labels do not fit together, or what is to be cut out of them
   *   is gone.
   */
  constructor(
    graph: GraphDefinition,
    name: string,
    { examples, classes, cutting }: { examples: Examples; classes: number; cutting: Cutting | undefined },
  ) {
    checkExamples(name, examples, classes);
    const { labels, attributes, encoded, shape } = examples;
    if (encoded === undefined && examples.isResized === true) {
      throw new NoisefloorError(
        'dataset-invalid',
        'task.recipe.augmentation cuts windows out of the images as they are in their files, but these are held as they were resized. Make task.dataset.streamed true.',
      );
    }
    const images = encoded?.file.length ?? examples.images.length / elementCount(shape);
    if (images !== labels.length) {
      throw new NoisefloorError(
        'dataset-invalid',
        `The ${name} examples do not fit together: ${String(labels.length)} labels, ${String(images)} images.`,
      );
    }
    this.count = labels.length;
    this.hasAttributes = attributes !== undefined;
    this.encoded = encoded;
    this.#graph = graph;
    this.#name = name;
    this.#examples = examples;
    this.#classes = classes;
    this.#cutting = cutting;
    if (encoded === undefined) {
      this.#held = graph.variable(`${name}/images`, 'uint8', [labels.length, ...shape]);
    }
  }

  gather(indices: GraphOutput, batch: number): { pixels: GraphOutput; labels: GraphOutput } {
    const { pixels, answers } = this.#bufferOf(batch);
    const images = gatherRows(this.#graph, this.#imageType, pixels, indices);
    const labels = gatherRows(this.#graph, this.#answerType, answers, indices);
    return {
      pixels: this.#imageType === 'uint8' ? asFloat(this.#graph, images) : images,
      labels: this.hasAttributes ? asFloat(this.#graph, labels) : labels,
    };
  }

  checkIndices(indices: Int32Array): void {
    refuseStrayIndices(indices, this.count);
  }

  /** What makes batches of that size. */
  makerOf(batch: number): BatchMaker {
    return this.#bufferOf(batch).maker;
  }

  /**
   * Puts held images into the session, and something into the batches that are read before one has been made:
   * TensorFlow does not read what was never written.
   */
  write(session: GraphSession, access: VariableAccess): void {
    const empty = [...this.#buffers.values()].flatMap(({ images, labels }) => [images, labels]);
    const values = empty.map(({ name, dtype, shape }): [string, BindingValues] => [
      name,
      zeros(dtype, elementCount(shape)),
    ]);
    if (this.#held !== undefined) values.push([this.#held.name, this.#examples.images]);
    access.write(session, values);
  }

  /**
   * What a batch's maker is fed.
   * @param files its encoded images, where the images are encoded.
   */
  feedsOf({ indices, noise }: BatchAhead, files: Uint8Array[] | undefined): BindingValues[] {
    const windows = this.#windowsOf(indices, noise?.window);
    const channels = this.#examples.shape[2];
    return [
      files ?? indices,
      this.#answersOf(indices),
      ...(windows === undefined
        ? []
        : [
            Int32Array.from(windows.flatMap(({ top, left }) => [top, left, 0])),
            Int32Array.from(windows.flatMap(({ height, width }) => [height, width, channels])),
          ]),
    ];
  }

  #windowsOf(indices: Int32Array, words: Int32Array | undefined): CropWindow[] | undefined {
    if (this.#cutting === undefined) return undefined;
    const { crop, window } = this.#cutting;
    if (window === 'drawn' && words?.length !== indices.length) {
      throw new NoisefloorError(
        'feed-shape',
        `This task's steps must be fed the random numbers "window": ${String(indices.length)}, not ${String(words?.length)}.`,
      );
    }
    return Array.from(indices, (index, position) => {
      const size = this.sizeOf(index);
      const central = crop.evaluationShape === 'square' ? centralSquare : centralWindow;
      return window === 'central'
        ? central(size, crop.evaluationCrop)
        : distortedWindow((words?.[position] ?? 0) >>> 0, size, crop);
    });
  }

  /** Of an example's image as it is in its file. */
  sizeOf(index: number): [height: number, width: number] {
    const { shape } = this.#examples;
    const sizes = this.encoded?.sizes;
    return [sizes?.[2 * index] ?? shape[0], sizes?.[2 * index + 1] ?? shape[1]];
  }

  #answersOf(indices: Int32Array): Int32Array | Uint8Array {
    const { labels, attributes } = this.#examples;
    if (attributes === undefined) return indices.map((index) => labels[index] ?? 0);
    const rows = new Uint8Array(indices.length * this.#classes);
    indices.forEach((index, row) => {
      const from = index * this.#classes;
      rows.set(attributes.subarray(from, from + this.#classes), row * this.#classes);
    });
    return rows;
  }

  get #answerType(): DataType {
    return this.hasAttributes ? 'uint8' : 'int32';
  }

  /** Resized windows are kept as they come out; whole images are rounded, as held ones are. */
  get #imageType(): DataType {
    return this.#cutting === undefined ? 'uint8' : 'float32';
  }

  #bufferOf(batch: number): BatchBuffer {
    const existing = this.#buffers.get(batch);
    if (existing !== undefined) return existing;
    const made = this.#graph.within(`${this.#name}${String(batch)}/batch`, () => this.#addBuffer(batch));
    this.#buffers.set(batch, made);
    return made;
  }

  #addBuffer(batch: number): BatchBuffer {
    const graph = this.#graph;
    const place = `${this.#name}/batch${String(batch)}`;
    const answerShape = this.hasAttributes ? [batch, this.#classes] : [batch];
    const images = graph.variable(`${place}/images`, this.#imageType, [batch, ...this.#examples.shape]);
    const labels = graph.variable(`${place}/labels`, this.#answerType, answerShape);
    const [pixels, answers] = [graph.read(images), graph.read(labels)];
    const feed = (name: string, dtype: DataType, shape: readonly number[]): FeedSpecification => {
      return { name: graph.placeholder(name, dtype, shape), dtype, shape };
    };
    const source =
      this.#held === undefined ? feed('files', 'string', [batch]) : feed('indices', 'int32', [batch]);
    const fed = feed('labels', this.#answerType, answerShape);
    const windows =
      this.#cutting === undefined
        ? []
        : [feed('begins', 'int32', [batch, 3]), feed('sizes', 'int32', [batch, 3])];
    // Without a copy the variable would share the memory of the array that was fed.
    const copy = graph.add('DeepCopy', [fed.name], { T: attribute.type(this.#answerType) });
    const made = this.#made(
      source.name,
      windows.map(({ name }) => name),
      batch,
    );
    const done = graph.identity('int32', graph.intScalar(1), [
      graph.assign(images, made, [pixels]),
      graph.assign(labels, copy, [answers]),
    ]);
    return { images, labels, pixels, answers, maker: { feeds: [source, fed, ...windows], done } };
  }

  /** [batch, height, width, channels]: each image by itself, so that they are made side by side. */
  #made(source: GraphOutput, windows: readonly GraphOutput[], batch: number): GraphOutput {
    const graph = this.#graph;
    const { shape } = this.#examples;
    const [begins = [], sizes = []] = windows.map((window) => unstacked(graph, 'int32', window, batch));
    const images =
      this.#held === undefined
        ? unstacked(graph, 'string', source, batch).map((file) => decodedImage(graph, file, shape[2]))
        : unstacked(graph, 'uint8', gatherRows(graph, 'uint8', graph.read(this.#held), source), batch);
    const ready = images.map((image, position) => {
      const [begin, size] = [begins[position], sizes[position]];
      if (begin !== undefined && size !== undefined) {
        return scaledTo(graph, slicedTo(graph, image, begin, size), shape);
      }
      return this.encoded?.isResized === true ? rounded(graph, scaledTo(graph, image, shape)) : image;
    });
    return graph.add('Pack', ready, {
      T: attribute.type(this.#imageType),
      N: attribute.int(batch),
      axis: attribute.int(0),
    });
  }
}

function zeros(dtype: DataType, count: number): BindingValues {
  if (dtype === 'int32') return new Int32Array(count);
  return dtype === 'float32' ? new Float32Array(count) : new Uint8Array(count);
}
