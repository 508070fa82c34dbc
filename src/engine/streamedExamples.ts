import { NoisefloorError } from '../study/errors.ts';
import { attribute } from './attributes.ts';
import type { BindingValues } from './binding.ts';
import { dctMethod } from './decode.ts';
import { elementCount, type DataType } from './dataTypes.ts';
import type { EncodedImages } from './encodedImages.ts';
import { asFloat, checkExamples, gatherRows, refuseStrayIndices, type ExampleNodes } from './examples.ts';
import type { GraphDefinition, GraphOutput, SessionVariable } from './graphDefinition.ts';
import type { Examples } from './labelledImages.ts';
import type { FeedSpecification, GraphSession } from './session.ts';
import type { VariableAccess } from './variableAccess.ts';

/** Decodes a batch of one size and keeps it in the session until a step takes it. */
export interface BatchDecoder {
  /** string [n]: encoded images; int32 [n]: labels, or uint8 [n, attributes]. */
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
  readonly decoder: BatchDecoder;
}

/**
 * Examples that are decoded batch by batch. A variable holds the batch that a step trains on; the same call decodes the
 * next one and assigns it after the step's reading, which keeps the memory that it has read. So two batches are there at
 * a time, and everything behind the gathering is as with held examples.
 */
export class StreamedExamples implements ExampleNodes {
  readonly count: number;
  readonly hasAttributes: boolean;
  readonly images: EncodedImages;
  readonly #graph: GraphDefinition;
  readonly #name: string;
  readonly #examples: Examples;
  readonly #classes: number;
  readonly #buffers = new Map<number, BatchBuffer>();

  /**
   * @param classes how many there are, or attributes.
   * @throws NoisefloorError `dataset-invalid` if images and labels do not fit together.
   */
  constructor(
    graph: GraphDefinition,
    name: string,
    { examples, images, classes }: { examples: Examples; images: EncodedImages; classes: number },
  ) {
    checkExamples(name, examples, classes);
    const { labels, attributes } = examples;
    if (images.file.length !== labels.length) {
      throw new NoisefloorError(
        'dataset-invalid',
        `The ${name} examples do not fit together: ${String(labels.length)} labels, ${String(images.file.length)} encoded images.`,
      );
    }
    this.count = labels.length;
    this.hasAttributes = attributes !== undefined;
    this.images = images;
    this.#graph = graph;
    this.#name = name;
    this.#examples = examples;
    this.#classes = classes;
  }

  gather(indices: GraphOutput, batch: number): { pixels: GraphOutput; labels: GraphOutput } {
    const { pixels, answers } = this.#bufferOf(batch);
    const images = gatherRows(this.#graph, 'uint8', pixels, indices);
    const labels = gatherRows(this.#graph, this.#answerType, answers, indices);
    return {
      pixels: asFloat(this.#graph, images),
      labels: this.hasAttributes ? asFloat(this.#graph, labels) : labels,
    };
  }

  checkIndices(indices: Int32Array): void {
    refuseStrayIndices(indices, this.count);
  }

  /** What decodes batches of that size. */
  decoderOf(batch: number): BatchDecoder {
    return this.#bufferOf(batch).decoder;
  }

  /** Fills the batches that are read before one has been decoded: TensorFlow does not read what was never written. */
  write(session: GraphSession, access: VariableAccess): void {
    const empty = [...this.#buffers.values()].flatMap(({ images, labels }) => [images, labels]);
    access.write(
      session,
      empty.map(({ name, dtype, shape }): [string, BindingValues] => {
        const count = elementCount(shape);
        return [name, dtype === 'int32' ? new Int32Array(count) : new Uint8Array(count)];
      }),
    );
  }

  /** What a batch's decoder is fed beside the images. */
  answersOf(indices: Int32Array): Int32Array | Uint8Array {
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
    const images = graph.variable(`${place}/images`, 'uint8', [batch, ...this.#examples.shape]);
    const labels = graph.variable(`${place}/labels`, this.#answerType, answerShape);
    const [pixels, answers] = [graph.read(images), graph.read(labels)];
    const files: FeedSpecification = {
      name: graph.placeholder('files', 'string', [batch]),
      ...{ dtype: 'string', shape: [batch] },
    };
    const fed: FeedSpecification = {
      name: graph.placeholder('labels', this.#answerType, answerShape),
      ...{ dtype: this.#answerType, shape: answerShape },
    };
    // Without a copy the variable would share the memory of the array that was fed.
    const copy = graph.add('DeepCopy', [fed.name], { T: attribute.type(this.#answerType) });
    const assigned = [
      graph.assign(images, this.#decoded(files.name, batch), [pixels]),
      graph.assign(labels, copy, [answers]),
    ];
    const done = graph.identity('int32', graph.intScalar(1), assigned);
    return { images, labels, pixels, answers, decoder: { feeds: [files, fed], done } };
  }

  /** uint8 [batch, height, width, channels]: each image by itself, so that they are decoded side by side. */
  #decoded(files: GraphOutput, batch: number): GraphOutput {
    const graph = this.#graph;
    const unpacked = graph.add('Unpack', [files], {
      T: attribute.type('string'),
      num: attribute.int(batch),
      axis: attribute.int(0),
    });
    const images = Array.from({ length: batch }, (_, position) =>
      this.#image(position === 0 ? unpacked : `${unpacked}:${String(position)}`),
    );
    return graph.add('Pack', images, {
      T: attribute.type('uint8'),
      N: attribute.int(batch),
      axis: attribute.int(0),
    });
  }

  /** uint8 [height, width, channels]. The op decodes PNG as well. */
  #image(file: GraphOutput): GraphOutput {
    const graph = this.#graph;
    const decoded = graph.add('DecodeJpeg', [file], {
      channels: attribute.int(this.#examples.shape[2]),
      ratio: attribute.int(1),
      fancy_upscaling: attribute.bool(true),
      try_recover_truncated: attribute.bool(false),
      acceptable_fraction: attribute.float(1),
      dct_method: attribute.string(dctMethod),
    });
    if (!this.images.isResized) return decoded;
    return resized(graph, decoded, this.#examples.shape);
  }
}

/** Resizes uint8 [h, w, c], bilinear with half-pixel centres, and rounds to uint8; decode.ts does the same. */
function resized(
  graph: GraphDefinition,
  image: GraphOutput,
  [height, width]: Examples['shape'],
): GraphOutput {
  const one = graph.add('ExpandDims', [image, graph.intScalar(0)], {
    T: attribute.type('uint8'),
    Tdim: attribute.type('int32'),
  });
  const scaled = graph.add('ResizeBilinear', [one, graph.intVector([height, width])], {
    T: attribute.type('uint8'),
    align_corners: attribute.bool(false),
    half_pixel_centers: attribute.bool(true),
  });
  const rounded = graph.add('Round', [scaled], { T: attribute.type('float32') });
  const bytes = graph.add('Cast', [rounded], {
    SrcT: attribute.type('float32'),
    DstT: attribute.type('uint8'),
    Truncate: attribute.bool(false),
  });
  return graph.add('Squeeze', [bytes], { T: attribute.type('uint8'), squeeze_dims: attribute.ints([0]) });
}
