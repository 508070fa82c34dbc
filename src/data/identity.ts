import { createHash } from 'node:crypto';
import type { Examples } from '../engine/labelledImages.ts';

/** What a study keeps of its data set. */
export interface DatasetIdentity {
  /** {@link contentHash}: the same wherever the files lie. */
  hash: string;
  name: string;
  kind: string;
  examples: { train: number; test: number };
  /** [height, width, channels] */
  shape: readonly [number, number, number];
  /** Attributes, where the examples have those. */
  classes: number;
  /** Or of the attributes. */
  classNames: string[];
  /** Where each example has or has not a number of attributes, instead of one class; null otherwise. */
  attributeNames: string[] | null;
  /** What decoded the image files; null where there was nothing to decode. */
  decoder: string | null;
  /**
   * SHA-256 of the image files as they are, so that whoever cannot decode them can tell whether they are the same;
   * null where {@link hash} needs no decoder.
   */
  files: string | null;
  /** int32 of shape [test examples]; or of 0 and 1, [test examples, attributes]. */
  testLabels: Int32Array;
}

export interface Dataset {
  identity: DatasetIdentity;
  train: Examples;
  test: Examples;
  /** One for each class index. */
  classNames: string[];
}

/**
 * SHA-256, in hexadecimal, over the image shape, the number of classes, the split, every pixel and every label or attribute. Names
 * and places of files do not count, decoded pixels do. Images that stay encoded count as their files do, with what decodes
 * them.
 */
function contentHash(
  train: Examples,
  test: Examples,
  { classes, decoder, files }: { classes: number; decoder: string | null; files: string | null },
): string {
  const hash = createHash('sha256');
  const header = { shape: train.shape, classes, train: train.labels.length, test: test.labels.length };
  hash.update(`noisefloor data set 1\n${JSON.stringify(header)}\n`);
  if (train.encoded !== undefined) {
    hash.update(`streamed ${JSON.stringify({ resized: train.encoded.isResized, decoder, files })}\n`);
  }
  for (const { images, labels, attributes } of [train, test]) {
    hash.update(images);
    if (attributes === undefined) hash.update(littleEndian(labels));
    else hash.update('attributes\n').update(attributes);
  }
  return hash.digest('hex');
}

function littleEndian(labels: Int32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(labels.length * 4));
  labels.forEach((label, index) => {
    bytes.setInt32(4 * index, label, true);
  });
  return new Uint8Array(bytes.buffer);
}

/** A data set of loaded examples, with its identity. */
export function makeDataset(
  described: Pick<DatasetIdentity, 'name' | 'kind' | 'classNames'> &
    Partial<Pick<DatasetIdentity, 'decoder' | 'files'>>,
  train: Examples,
  test: Examples,
): Dataset {
  const { name, kind, classNames, decoder = null, files = null } = described;
  const identity: DatasetIdentity = {
    hash: contentHash(train, test, { classes: classNames.length, decoder, files }),
    name,
    kind,
    examples: { train: train.labels.length, test: test.labels.length },
    shape: train.shape,
    classes: classNames.length,
    classNames,
    attributeNames: test.attributes === undefined ? null : classNames,
    decoder,
    files,
    testLabels: test.attributes === undefined ? test.labels : Int32Array.from(test.attributes),
  };
  return { identity, train, test, classNames };
}
