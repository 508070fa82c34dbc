import { trainReplicate } from '../../src/training/trainReplicate.ts';
import { replicateExitCodes, type ReplicateMessage } from '../../src/scheduling/messages.ts';
import { loadData } from './loadData.ts';

/** Trains the replicate of the result folder named on the command line. */
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
  const ended = await trainReplicate(folder, (order) => loadData(order.task.dataset), {
    shouldStop: () => stopRequested,
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
    epoch: (epoch, test) => {
      tell({
        type: 'epoch',
        epoch,
        testAccuracy: test.accuracy,
        testLoss: Number.isFinite(test.loss) ? test.loss : null,
      });
    },
  });
  return replicateExitCodes[ended.status];
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
