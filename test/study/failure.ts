import { NoisefloorError } from '../../src/study/errors.ts';

/** The error that an action is meant to throw. */
export function failureOf(action: () => unknown): NoisefloorError {
  try {
    action();
  } catch (error) {
    if (error instanceof NoisefloorError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}
