import { runProgram } from '../../src/programs/runProgram.ts';
import { readOrder } from '../../src/results/folder.ts';
import type { EndedRecord } from '../../src/results/record.ts';
import { replicateExitCodes, type ReplicateMessage } from '../../src/scheduling/messages.ts';

/** Trains the replicate of the result folder named on the command line, or runs the program that does. */
async function main(): Promise<number> {
  const folder = process.argv[2];
  if (folder === undefined) {
    process.stderr.write('Usage: node main/replicate/main.ts <result folder>\n');
    return 2;
  }
  let stopRequested = false;
  const requestStop = (): void => {
    stopRequested = true;
  };
  process.on('message', requestStop);
  process.on('SIGTERM', requestStop);
  process.on('SIGINT', requestStop);
  const isProgram = readOrder(folder).program !== undefined;
  const shouldStop = (): boolean => stopRequested;
  const ended = isProgram
    ? await runProgram(folder, { shouldStop, epoch: tellEpoch })
    : await train(folder, shouldStop);
  return replicateExitCodes[ended.status];
}

/** Trains here. A program of one's own needs nothing of TensorFlow, so that is loaded now. */
async function train(folder: string, shouldStop: () => boolean): Promise<EndedRecord> {
  const { trainReplicate } = await import('../../src/training/trainReplicate.ts');
  const { loadData } = await import('./loadData.ts');
  return trainReplicate(folder, (order) => loadData(order.task.dataset), {
    shouldStop,
    progress: (epoch, progress) => {
      tell({
        type: 'progress',
        epoch,
        step: progress.step,
        stepsPerEpoch: progress.stepsPerEpoch,
        examplesPerSecond: progress.examplesPerSecond,
        loss: progress.loss,
      });
    },
    epoch: tellEpoch,
  });
}

function tellEpoch(epoch: number, test: { loss: number; accuracy: number }): void {
  tell({
    type: 'epoch',
    epoch,
    testAccuracy: test.accuracy,
    testLoss: Number.isFinite(test.loss) ? test.loss : null,
  });
}

/** Tells the parent, if there is one still: a replicate goes on without it. */
function tell(message: ReplicateMessage): void {
  if (process.connected) {
    process.send?.(message, undefined, undefined, () => {
      // The parent has gone between the check and the message; nothing depends on it.
    });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = replicateExitCodes.failed;
}
if (process.connected) {
  process.disconnect();
}
