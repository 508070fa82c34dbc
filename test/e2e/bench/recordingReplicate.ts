// Stands in for the program that trains a replicate while `noisefloor bench studio` looks at the host: it records what a
// real one would on 10,000 test examples, many times faster than any could train.
import { readOrder } from '../../../src/results/folder.ts';
import { ResultWriter } from '../../../src/results/writer.ts';
import { replicateExitCodes } from '../../../src/scheduling/messages.ts';

const examples = 10_000;
const steps = 79;
const millisecondsOfEpoch = 150;
const tensors = Array.from({ length: 31 }, (_, index) => ({
  name: `tensor-${index}`,
  shape: [24, 24],
  role: 'weight' as const,
}));

const folder = process.argv[2] ?? '';
const order = readOrder(folder);
const asked = { toStop: false };
process.on('message', () => {
  asked.toStop = true;
});
process.on('disconnect', () => undefined);

const { writer, lastEpoch } = ResultWriter.reopen(folder);
writer.started({
  attempt: 1,
  at: new Date().toISOString(),
  pid: process.pid,
  machine: { cpuModel: 'none' },
  dataset: { hash: 'recorded-10000', name: 'Recorded examples' },
  testLabels: Int32Array.from({ length: examples }, (_, example) => example % 10),
  tensors,
  fromEpoch: lastEpoch + 1,
});
const { epochs } = order.task.recipe;
let epoch = lastEpoch + 1;
for (; epoch < epochs && !asked.toStop; epoch += 1) {
  await new Promise((resolve) => setTimeout(resolve, millisecondsOfEpoch));
  const saved = tensors.map((tensor) => ({ ...tensor, data: new Float32Array(576).fill(epoch) }));
  writer.saveState(epoch, saved);
  writer.checkpoint(epoch, saved);
  writer.epoch({
    epoch,
    steps,
    examples: 128 * steps,
    learningRate: 1e-3,
    loss: 1,
    accuracy: 0.5,
    testLoss: 1,
    testAccuracy: 0.1,
    trainSeconds: 0.1,
    evaluateSeconds: 0.1,
    recordSeconds: 0.1,
    firstStep: epoch * steps,
    predictions: new Uint8Array(examples).map((_, example) => (example + epoch) % 10),
    logits: new Uint16Array(examples * 10).fill(epoch),
    fingerprints: new Uint32Array(steps * tensors.length).fill(epoch),
    batchHashes: new Uint32Array(steps).fill(epoch),
  });
  process.send?.({ type: 'epoch', epoch, testAccuracy: 0.1, testLoss: 1 });
}
const status = epoch === epochs ? 'finished' : 'stopped';
writer.ended({
  status,
  at: new Date().toISOString(),
  epoch: epoch - 1,
  step: epoch * steps - 1,
  reason: null,
});
writer.close();
process.exit(replicateExitCodes[status]);
