import { NoisefloorError } from '../../src/study/errors.ts';

/** The error that a promise is meant to end with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<NoisefloorError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof NoisefloorError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}
