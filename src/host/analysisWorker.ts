import { parentPort } from 'node:worker_threads';
import { partialDisagreements } from '../analysis/disagreement.ts';
import type { Predictions } from '../analysis/predictions.ts';
import { NoisefloorError } from '../study/errors.ts';

/** Asks a worker for the disagreements over the examples `from` to `to`; the predictions lie in shared memory. */
export interface DisagreementRequest {
  readonly predictions: Predictions;
  readonly from: number;
  readonly to: number;
}

export type DisagreementAnswer =
  { readonly counts: Uint32Array<ArrayBuffer> } | { readonly error: { code: string; message: string } };

function answer({ predictions, from, to }: DisagreementRequest): DisagreementAnswer {
  try {
    return { counts: new Uint32Array(partialDisagreements(predictions, from, to)) };
  } catch (error) {
    const code = error instanceof NoisefloorError ? error.code : 'analysis-failed';
    return { error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

parentPort?.on('message', (request: DisagreementRequest) => {
  const reply = answer(request);
  parentPort?.postMessage(reply, 'counts' in reply ? [reply.counts.buffer] : []);
});
