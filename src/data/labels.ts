import { invalidData } from './invalid.ts';

/**
 * The number of classes of labels that count from 0 without a gap.
 * @param file where the labels are, for messages.
 * @throws NoisefloorError `dataset-invalid` where a class below the largest label has no example, or there is only one.
 */
export function countClasses(labels: Uint8Array | Int32Array, file: string): number {
  const counts: number[] = [];
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const missing = Array.from({ length: counts.length }, (_, label) => counts[label] ?? 0).indexOf(0);
  if (missing >= 0) {
    const largest = counts.length - 1;
    throw invalidData(
      file,
      `has the label ${largest} (example ${labels.indexOf(largest)}) but none of class ${missing}; labels count from 0 without gaps.`,
    );
  }
  if (counts.length < 2) throw invalidData(file, 'has one class only; there is nothing to learn.');
  return counts.length;
}

/**
 * Labels as the engine takes them.
 * @param images where the images are, and `imageCount` how many; there has to be a label for each.
 * @throws NoisefloorError `dataset-invalid` where a label is out of range or the counts differ.
 */
export function checkedLabels(options: {
  labels: Uint8Array | Int32Array;
  file: string;
  classes: number;
  images: string;
  imageCount: number;
}): Int32Array {
  const { labels, file, classes, images, imageCount } = options;
  if (labels.length !== imageCount) {
    throw invalidData(
      file,
      `has ${labels.length} labels, but ${images} has ${imageCount} images; the two do not belong together.`,
    );
  }
  const stray = labels.findIndex((label) => label < 0 || label >= classes);
  if (stray >= 0) {
    throw invalidData(
      file,
      `gives example ${stray} the label ${labels[stray] ?? 0}; there are ${classes} classes, 0 to ${classes - 1}.`,
    );
  }
  return Int32Array.from(labels);
}
