import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { parseMapping, placesOf } from '../../../src/interchange/logs/columns.ts';
import { readEventFile } from '../../../src/interchange/logs/eventFile.ts';
import { readMetricsTable } from '../../../src/interchange/logs/metricsTable.ts';
import { readPredictionsFile } from '../../../src/interchange/logs/predictionsFile.ts';
import { readRun } from '../../../src/interchange/logs/readRun.ts';
import { recogniseRuns } from '../../../src/interchange/logs/recogniseRuns.ts';
import { readWeightsFile } from '../../../src/interchange/logs/weightsFile.ts';
import { encodeSafetensors } from '../../../src/results/safetensors.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { temporaryFolder } from '../../fixtures/library/library.ts';

const scratch = temporaryFolder();
const logs = fileURLToPath(new URL('../../fixtures/logs', import.meta.url));
let written = 0;

function fileWith(content: string | Uint8Array, name = 'metrics.csv'): string {
  written += 1;
  const file = path.join(scratch, String(written), name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

async function messageOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof NoisefloorError) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

/** An array of NumPy's format, version 1. */
function npy(descr: string, shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const header = Buffer.from(`${text.padEnd(117 - 10)}\n`);
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  return Buffer.concat([start, header, bytes]);
}
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

describe('tables of metrics', () => {
  it('of Lightning have sparse rows, which are put together by epoch', () => {
    const text = [
      'epoch,step,train_loss,val_acc,val_loss,lr-Adam',
      '0,10,1.5,,,0.1',
      '0,20,1.25,,,0.1',
      '0,20,,0.5,1.75,',
      ',21,,,,0.05',
      '1,40,1.0,0.625,1.5,0.05',
    ];
    const { epochs, unread } = readMetricsTable(fileWith(text.join('\n')));
    expect(epochs).toEqual([
      { epoch: 0, loss: 1.25, accuracy: Number.NaN, testLoss: 1.75, testAccuracy: 0.5, learningRate: 0.1 },
      { epoch: 1, loss: 1, accuracy: Number.NaN, testLoss: 1.5, testAccuracy: 0.625, learningRate: 0.05 },
    ]);
    expect(unread).toEqual(['step']);
  });

  it('take a mapping, and refuse to guess between two columns', async () => {
    const file = fileWith('round,val_acc,test_acc\n0,0.25,0.5\n');
    expect(await messageOf(() => readMetricsTable(file, { epoch: 'round' }))).toMatch(
      /line 1: more than one column may be testAccuracy: "val_acc", "test_acc"\. Say which with --map/,
    );
    const mapping = parseMapping(['epoch=round', 'testaccuracy=test_acc']);
    expect(readMetricsTable(file, mapping).epochs).toMatchObject([{ epoch: 0, testAccuracy: 0.5 }]);
    expect(await messageOf(() => readMetricsTable(file, { epoch: 'rond' }))).toMatch(/Did you mean "round"/);
    expect(await messageOf(() => parseMapping(['accurcy=x']))).toMatch(/Did you mean "accuracy"/);
    expect(await messageOf(() => readMetricsTable(fileWith('a,b\n1,2\n')))).toMatch(/no column "epoch"/);
  });

  it('that Weights & Biases exports hold several runs', async () => {
    const text =
      '"Step","base-1 - val_accuracy","base-1 - val_accuracy__MIN","base-2 - val_accuracy"\n0,0.5,0.5,0.25\n1,0.75,0.7,\n';
    const file = fileWith(text, 'wandb_export.csv');
    const { runs } = recogniseRuns(file, '(?<variant>.*)-(?<replicate>\\d+)');
    expect(runs.map(({ variant, index }) => [variant, index])).toEqual([
      ['base', 1],
      ['base', 2],
    ]);
    const [first, second] = await Promise.all(runs.map((run) => readRun(run, null)));
    expect(first?.epochs.map(({ testAccuracy }) => testAccuracy)).toEqual([0.5, 0.75]);
    expect(second?.epochs.map(({ testAccuracy }) => testAccuracy)).toEqual([0.25, Number.NaN]);
    // Without a pattern they are counted as they stand.
    expect(recogniseRuns(file, null).runs.map(({ index }) => index)).toEqual([0, 1]);
  });

  it.each([
    ['UTF-16', Buffer.from('\ufeffepoch,loss\n0,1\n', 'utf16le'), /UTF-16/],
    ['another delimiter', 'epoch;loss\n0;1\n', /not separated by commas/],
    ['binary data', 'epoch,loss\n0,\0\n', /line 2: it holds binary data/],
    ['an epoch twice', 'epoch,loss\n0,1\n0,2\n', /line 3: epoch 0 is there already, in line 2/],
    ['an epoch that is none', 'epoch,loss\n0.5,1\n', /line 2: "0\.5" is no epoch/],
    ['percent', 'epoch,acc\n0,93\n', /line 2: the accuracy 93 is no fraction/],
    ['a row that is short', 'epoch,loss\n0\n', /line 2/],
    ['nothing', '', /it is empty/],
  ])('are refused with file and line: %s', async (_, content, message) => {
    expect(await messageOf(() => readMetricsTable(fileWith(content)))).toMatch(message);
  });

  it('know names whatever frameworks put around them', () => {
    const places = placesOf(
      ['Epoch', 'Train/Loss', 'validation/acc', 'loss_val'],
      {},
      (why) => new Error(why),
    );
    expect([...places]).toEqual([
      ['epoch', 0],
      ['loss', 1],
      ['testLoss', 3],
      ['testAccuracy', 2],
    ]);
  });
});

describe('event files of TensorBoard, written by TensorFlow', () => {
  it('are read, restarts put together', async () => {
    const { runs } = recogniseRuns(path.join(logs, 'tensorboard'), 'seed_(?<replicate>\\d+)');
    const read = await Promise.all(runs.map((run) => readRun(run, null)));
    const single = Math.fround;
    expect(read[1]?.epochs.map(({ epoch, loss, testAccuracy }) => [epoch, loss, testAccuracy])).toEqual([
      [0, 1, single(0.51)],
      [1, 0.5, single(0.61)],
      // The value of the second start.
      [2, 0.25, single(0.76)],
      [3, 0.25, single(0.76)],
    ]);
  });

  it('are read as Keras writes them, in folders of both parts', async () => {
    const { runs } = recogniseRuns(path.join(logs, 'keras'), 'run_(?<replicate>\\d+)');
    const [read] = await Promise.all(runs.map((run) => readRun(run, null)));
    expect(read?.epochs).toMatchObject([
      { epoch: 0, loss: 2, accuracy: 0.25, testLoss: 2.5, testAccuracy: 0.125 },
      { epoch: 1, loss: 1, accuracy: 0.5, testLoss: 1.5, testAccuracy: 0.375 },
    ]);
  });

  it('are checked: a flipped bit is damage, an end inside a record is where writing stopped', async () => {
    const { readFileSync } = await import('node:fs');
    const whole = readFileSync(path.join(logs, 'tensorboard/seed_0/events.out.tfevents.1700000000.host.1.0'));
    const events: number[] = [];
    readEventFile(fileWith(whole.subarray(0, whole.length - 5), 'events'), ({ value }) => events.push(value));
    expect(events).toHaveLength(4);
    const flipped = Buffer.from(whole);
    flipped[whole.length - 20] = (flipped[whole.length - 20] ?? 0) ^ 1;
    expect(await messageOf(() => readEventFile(fileWith(flipped, 'events'), () => undefined))).toMatch(
      /the record that begins at byte \d+ is damaged/,
    );
    expect(
      await messageOf(() => readEventFile(fileWith('no events at all', 'events'), () => undefined)),
    ).toMatch(/byte 0 is damaged, or it is no event file/);
  });
});

describe('a file store of MLflow', () => {
  it('has runs in the order in which they were begun, by experiment', async () => {
    const root = path.join(scratch, 'mlruns');
    const add = (run: string, started: number, accuracy: number): void => {
      const folder = path.join(root, '1', run);
      mkdirSync(path.join(folder, 'metrics', 'val'), { recursive: true });
      mkdirSync(path.join(folder, 'params'), { recursive: true });
      mkdirSync(path.join(folder, 'artifacts'), { recursive: true });
      writeFileSync(path.join(folder, 'meta.yaml'), `run_name: '${run}'\nstart_time: ${started}\n`);
      writeFileSync(path.join(folder, 'metrics', 'val', 'accuracy'), `1 0.5 0\n2 ${accuracy} 1\n`);
      writeFileSync(path.join(folder, 'metrics', 'gpu_power'), '1 300 0\n');
      writeFileSync(path.join(folder, 'artifacts', 'predictions.txt'), '0\n1\n');
    };
    add('later', 2000, 0.75);
    add('sooner', 1000, 0.625);
    writeFileSync(path.join(root, '1', 'meta.yaml'), 'experiment_id: 1\nname: dropout\n');
    const { runs } = recogniseRuns(root, null);
    expect(runs.map(({ folder, variant, index }) => [path.basename(folder), variant, index])).toEqual([
      ['sooner', 'dropout', 0],
      ['later', 'dropout', 1],
    ]);
    const [first] = runs;
    const read = first === undefined ? null : await readRun(first, null);
    expect(read?.epochs.map(({ testAccuracy }) => testAccuracy)).toEqual([0.5, 0.625]);
    expect([...(read?.epochs[1]?.predictions ?? [])]).toEqual([0, 1]);
    expect(read?.leftOut.map(({ why }) => why)).toEqual(['the metric "gpu_power" is not kept']);
  });
});

describe('files of predictions', () => {
  it.each([
    ['predictions.npy', npy('<i8', [3], new Uint8Array(BigInt64Array.from([0n, 2n, 1n]).buffer))],
    ['predictions.npy', npy('|u1', [3, 1], Uint8Array.of(0, 2, 1))],
    ['logits.npy', npy('<f4', [3, 3], floats(0.5, 0, 0.25, -1, -2, 3, 0, 7, 7))],
    [
      'predictions.npz',
      zipSync({ 'predictions.npy': npy('<i4', [3], new Uint8Array(Int32Array.of(0, 2, 1).buffer)) }),
    ],
    ['predictions.csv', 'example,prediction\r\n0,0\r\n1,2\r\n2,1\r\n'],
    ['predictions.txt', '0\n2\n1'],
  ])('are read as classes or as logits: %s', async (name, content) => {
    expect([...(await readPredictionsFile(fileWith(content, name)))]).toEqual([0, 2, 1]);
  });

  it.each([
    [
      'of several runs',
      npy('<f4', [1, 1, 2], floats(1, 2)),
      /shape \[1, 1, 2\]; \[examples\] or \[examples, classes\]/,
    ],
    ['that are no whole numbers', npy('<f4', [2], floats(1, 1.5)), /value 1 is 1\.5, no class/],
    ['with NaN', npy('<f4', [1, 2], floats(1, Number.NaN)), /row 0 holds NaN in column 1/],
    ['that were pickled', npy('|O', [2], new Uint8Array(2)), /type \|O/],
    ['that are cut off', npy('<f4', [4], floats(1)), /truncated/],
  ])('are refused where they are %s', async (_, content, message) => {
    expect(await messageOf(() => readPredictionsFile(fileWith(content, 'predictions.npy')))).toMatch(message);
  });

  it('that unpack to more than there is memory for are refused unread', async () => {
    const packed = Buffer.from(zipSync({ 'predictions.npy': npy('|u1', [3], Uint8Array.of(0, 2, 1)) }));
    // The size that the archive claims, in its local and in its central header.
    for (const signature of [0x04034b50, 0x02014b50]) {
      const at = packed.indexOf(Buffer.from(Uint32Array.of(signature).buffer));
      packed.writeUInt32LE(0xf000_0000, at + (signature === 0x04034b50 ? 22 : 24));
    }
    expect(await messageOf(() => readPredictionsFile(fileWith(packed, 'predictions.npz')))).toMatch(
      /more than 2 GiB/,
    );
  });
});

describe('files of weights', () => {
  it('are read of safetensors and npz, with what are moving statistics', async () => {
    const tensors = [
      { name: 'bn/running_mean', shape: [2], role: 'weight', data: Float32Array.of(1, 2) },
      { name: 'fc/weight', shape: [1, 2], role: 'weight', data: Float32Array.of(3, 4) },
    ] as const;
    const read = await readWeightsFile(fileWith(encodeSafetensors(tensors), 'weights.safetensors'));
    expect(read.map(({ name, role }) => [name, role])).toEqual([
      ['bn/running_mean', 'moving-statistic'],
      ['fc/weight', 'weight'],
    ]);
    const packed = zipSync({ 'fc.weight.npy': npy('<f4', [1, 2], floats(3, 4)) });
    expect(await readWeightsFile(fileWith(packed, 'weights.npz'))).toEqual([
      { name: 'fc.weight', shape: [1, 2], role: 'weight', data: Float32Array.of(3, 4) },
    ]);
    const integers = zipSync({ 'a.npy': npy('<i4', [1], new Uint8Array(4)) });
    expect(await messageOf(() => readWeightsFile(fileWith(integers, 'weights.npz')))).toMatch(
      /its array a: .*type i4/,
    );
  });
});
