import { Option } from 'commander';
import { NoisefloorError } from '../../src/study/errors.ts';

/** `--json`, which every command has. */
export function jsonOption(): Option {
  return new Option('--json', 'print one JSON object on standard output; progress goes to standard error');
}

/** `--library FILE`, which every command that reads or writes studies has. */
export function libraryOption(): Option {
  return new Option('--library <file>', 'the library to use instead of your own').env('NOISEFLOOR_LIBRARY');
}

/** `--devices 0,1`, of every command that trains studies of a person's choice. */
export function devicesOption(): Option {
  return new Option(
    '--devices <numbers>',
    'GPUs to spread replicates over, one at a time on each, as nvidia-smi numbers them: 0,1',
  );
}

/** `--parallel N` of the same commands. */
export function parallelOption(): Option {
  return new Option(
    '--parallel <n>',
    'replicates that train at once (changes only speed); measured by default',
  );
}

/** Collects an option that may be given more than once. */
export function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

/** A whole number as people write it; NaN for anything else, such as `0x10`, `1e3` or nothing. */
export function wholeNumber(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
}

/** `--epoch N`, where a study is looked at after an epoch. */
export function epochOption(): Option {
  return new Option('--epoch <n>', 'after this epoch, counted from 0; the last that was recorded by default');
}

/**
 * The value of `--epoch`.
 * @throws NoisefloorError `invalid-epoch`.
 */
export function parseEpoch(text: string | undefined): number | null {
  if (text === undefined) {
    return null;
  }
  const value = wholeNumber(text);
  if (!Number.isSafeInteger(value)) {
    throw new NoisefloorError(
      'invalid-epoch',
      `--epoch is "${text}"; epochs are whole numbers counted from 0.`,
    );
  }
  return value;
}
