import { replayRequestSchema, type ReplayAnswer, type ReplayRequest } from '../../src/scheduling/replay.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { Replay } from '../../src/training/replayReplicate.ts';
import { loadData } from './loadData.ts';

let replay: Replay | null = null;
let last: number[] | null = null;

/** Answers the parent's questions one after the other, until it ends this process or is gone. */
process.on('message', (message) => {
  void answer(message).then((reply) => {
    process.send?.(reply);
  });
});

async function answer(message: unknown): Promise<ReplayAnswer> {
  try {
    return await answerTo(replayRequestSchema.parse(message));
  } catch (error) {
    return {
      type: 'error',
      code: error instanceof NoisefloorError ? error.code : 'replay-failed',
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

async function answerTo(request: ReplayRequest): Promise<ReplayAnswer> {
  if (request.type === 'open') {
    replay = await Replay.open(request.order, ({ task }) => loadData(task.dataset));
    return { type: 'opened' };
  }
  if (replay === null) throw new NoisefloorError('replay-failed', 'Nothing has been opened.');
  switch (request.type) {
    case 'advance':
      while (replay.hasStep && replay.nextStep < request.step) {
        last = [...replay.takeStep().fingerprints];
      }
      return { type: 'advanced', batchHash: replay.hasStep ? replay.batchHash : null, fingerprints: last };
    case 'observe': {
      const { outputs, ...step } = replay.observe();
      return {
        ...{ type: 'observed', ...step, fingerprints: [...step.fingerprints] },
        outputs: outputs.map((output) => ({
          ...output,
          ...{ inputs: [...output.inputs], shape: [...output.shape], hashes: [...output.hashes] },
        })),
      };
    }
    case 'value':
      return { type: 'value', values: replay.value(request.output) };
    case 'state':
      return {
        type: 'state',
        tensors: replay.state().map((tensor) => ({ ...tensor, shape: [...tensor.shape] })),
      };
  }
}
