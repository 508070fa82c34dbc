import { createHash } from 'node:crypto';
import { invalidData } from './invalid.ts';

/**
 * Keeps a part of a class for testing where a folder does not say which. Files are ranked by the SHA-256 of
 * `class/file`, and the first of them, `testFraction` of all rounded but at least one, are for testing. So the split
 * depends on names alone: not on a seed, on the machine, or on where the folder lies.
 * @param files names, in order; both parts keep it.
 * @param folder for messages.
 * @throws NoisefloorError `dataset-invalid` where the class has fewer than two files.
 */
export function splitForTesting(
  className: string,
  files: readonly string[],
  testFraction: number,
  folder: string,
): { train: string[]; test: string[] } {
  if (files.length < 2) {
    throw invalidData(folder, 'holds one image. A class needs two at least: one to train and one to test.');
  }
  const rank = new Map(
    files.map((name) => [name, createHash('sha256').update(`${className}/${name}`).digest('hex')]),
  );
  const rankOf = (name: string): string => rank.get(name) ?? '';
  const ranked = [...files].sort((left, right) => (rankOf(left) < rankOf(right) ? -1 : 1));
  const count = Math.min(files.length - 1, Math.max(1, Math.round(files.length * testFraction)));
  const testing = new Set(ranked.slice(0, count));
  return {
    train: files.filter((name) => !testing.has(name)),
    test: files.filter((name) => testing.has(name)),
  };
}
