import { NoisefloorError } from '../study/errors.ts';

/**
 * The error for data that cannot be trained on.
 * @param file what is at fault.
 * @param problem what is wrong with it and what to do: a sentence that follows the file's name.
 */
export function invalidData(file: string, problem: string, cause?: unknown): NoisefloorError {
  return new NoisefloorError('dataset-invalid', `${file} ${problem}`, { details: { file }, cause });
}

/** Why the system would not give a file, in a few words. */
export function systemReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user';
    case 'ENOTDIR':
      return 'is not a folder';
    case 'EISDIR':
      return 'is a folder, not a file';
    default:
      return `cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
}
