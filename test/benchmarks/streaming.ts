import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runTrial } from '../../main/cli/processes.ts';
import { generateImages } from '../../src/data/generatedImages.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import { parseStudy } from '../../src/study/parse.ts';
import { paperVariants } from '../../src/study/variant.ts';

/**
 * Memory and speed of training on JPEG files that are read and decoded batch by batch, beside the same held: SmallCNN on
 * generated images, in the trial process of the product. Both must come to the same fingerprints.
 *
 *     node test/benchmarks/streaming.ts [--examples 20000] [--steps 300] [--seconds 30]
 */
const { values } = parseArgs({
  options: {
    examples: { type: 'string', default: '20000' },
    steps: { type: 'string', default: '300' },
    seconds: { type: 'string', default: '30' },
  },
});
const [examples, steps, seconds] = [values.examples, values.steps, values.seconds].map(Number);
const [classes, testExamples, side, madeAtOnce] = [10, 500, 64, 1000];

/** Writes JPEG files of 80 x 80 in class folders. @returns their bytes. */
async function writeImages(folder: string, count: number): Promise<number> {
  const tf = await loadTensorFlow();
  const shape: [number, number, number] = [80, 80, 3];
  let bytes = 0;
  for (let from = 0; from < count + testExamples; from += madeAtOnce) {
    const made = generateImages({
      ...{ kind: 'generated', classes, height: 80, width: 80, channels: 3 },
      ...{ train: madeAtOnce, test: 2, seed: from },
    });
    for (const [index, label] of made.train.labels.entries()) {
      const number = from + index;
      if (number >= count + testExamples) break;
      const each = shape[0] * shape[1] * shape[2];
      const image = tf.tensor3d(made.train.images.subarray(index * each, (index + 1) * each), shape, 'int32');
      const encoded = await tf.node.encodeJpeg(image);
      image.dispose();
      const place = join(folder, number < count ? 'train' : 'test', `class${String(label)}`);
      mkdirSync(place, { recursive: true });
      writeFileSync(join(place, `${String(number).padStart(7, '0')}.jpg`), encoded);
      bytes += encoded.length;
    }
  }
  return bytes;
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

const folder = mkdtempSync(join(tmpdir(), 'noisefloor-streaming-'));
try {
  const bytes = await writeImages(folder, examples ?? 0);
  const pixels = ((examples ?? 0) + testExamples) * side * side * 3;
  console.log(`${String(examples)} JPEG files, ${megabytes(bytes)}; held at 64 x 64: ${megabytes(pixels)}`);
  const outcomes: string[] = [];
  for (const streamed of [false, true]) {
    const study = parseStudy({
      ...{ noisefloor: 1, name: 'streaming' },
      task: {
        dataset: { kind: 'image-folder', path: folder, resize: { height: side, width: side }, streamed },
        network: { name: 'smallcnn' },
        recipe: {
          ...{ optimizer: { name: 'adam' }, learningRate: { base: 1e-3 } },
          ...{ batchSize: 128, epochs: 1, scaling: 'unit' },
        },
      },
      variants: paperVariants('accumulation-order'),
      replicates: 2,
    });
    const began = performance.now();
    const result = await runTrial({
      task: study.task,
      execution: { device: 'cpu', precision: 'float32', threads: 2, oneDnn: true, deterministicOps: false },
      seeds: { initialisation: 1, order: 2, augmentation: 3, dropout: 4, accumulationOrder: null },
      ...{ steps: steps ?? 0, seconds: seconds ?? 0 },
    });
    outcomes.push(result.fingerprints.join());
    const took = ((performance.now() - began) / 1000).toFixed(0);
    const speed = (result.examplesPerSecond ?? 0).toFixed(0);
    console.log(
      `${streamed ? 'streamed' : 'held'}: peak memory ${megabytes(result.peakBytes)}, ${speed} examples/s, ${took} s in all`,
    );
  }
  console.log(outcomes[0] === outcomes[1] ? 'Fingerprints are equal.' : 'FINGERPRINTS DIFFER.');
  process.exitCode = outcomes[0] === outcomes[1] ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
