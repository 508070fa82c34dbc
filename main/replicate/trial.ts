import { trialRequestSchema, type TrialAnswer } from '../../src/scheduling/trial.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { runTrial } from '../../src/training/trial.ts';
import { loadData } from './loadData.ts';

/** Takes one trial request from the parent, answers it, and ends. */
process.once('message', (message) => {
  void answer(message).then((reply) => {
    process.send?.(reply, undefined, undefined, () => {
      process.disconnect();
    });
  });
});

async function answer(message: unknown): Promise<TrialAnswer> {
  try {
    return { type: 'result', result: await runTrial(trialRequestSchema.parse(message), loadData) };
  } catch (error) {
    return {
      type: 'error',
      code: error instanceof NoisefloorError ? error.code : 'trial-failed',
      message: error instanceof Error ? error.message : String(error),
    };
  }
}
