// The studio's side of `noisefloor bench import`: takes the runs of a folder into a new library, and prints how long that took
// and what it needed, as JSON. Arguments: the folder, the library.
import { openLibrary } from '../../main/library/openLibrary.ts';
import { importLogs } from '../../src/host/importing/importLogs.ts';

const [folder = '', file = ''] = process.argv.slice(2);
const library = await openLibrary(file);
const start = performance.now();
const { studies } = await importLogs(
  { library, openLibrary, version: 'bench' },
  { folder, pattern: null, labels: null, labelsOf: null, leaveOutFaulty: false },
);
const seconds = (performance.now() - start) / 1000;
let [accuracy, classes] = [0, 0];
for (const { id } of studies) {
  const metrics = await library.metrics(id);
  for (let row = 0; row < metrics.replicateIds.length; row += 1) {
    accuracy += metrics.testAccuracy[(row + 1) * metrics.epochs - 1] ?? Number.NaN;
  }
  for (const epoch of new Set((await library.predictionEpochs(id)).map((recorded) => recorded.epoch))) {
    for (const predicted of await library.predictionsAt(id, epoch)) {
      for (const each of predicted.classes) classes += each;
    }
  }
}
await library.close();
process.stdout.write(
  `${JSON.stringify({ seconds, accuracy, classes, peakBytes: 1024 * process.resourceUsage().maxRSS })}\n`,
);
