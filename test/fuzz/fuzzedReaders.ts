import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { readEventFile } from '../../src/interchange/logs/eventFile.ts';
import { readLabelsFile } from '../../src/interchange/logs/labelsFile.ts';
import { readMetricsTable } from '../../src/interchange/logs/metricsTable.ts';
import { readPredictionsFile } from '../../src/interchange/logs/predictionsFile.ts';
import { readWeightsFile } from '../../src/interchange/logs/weightsFile.ts';
import { writeKerasWeights } from '../../src/interchange/kerasWeightsFile.ts';
import { isNsys, readNsys } from '../../src/interchange/profiles/nsys.ts';
import { isNvprof, readNvprof } from '../../src/interchange/profiles/nvprof.ts';
import type { RandomStream } from '../../src/noise/stream.ts';
import { encodeSafetensors } from '../../src/results/safetensors.ts';
import { NoisefloorError } from '../../src/study/errors.ts';

/** A reader with what it reads well. */
export interface FuzzedReader {
  readonly name: string;
  /** What a file of it is called. */
  readonly file: string;
  /** Sound files that mutations begin with. */
  readonly corpus: (folder: string) => Promise<readonly Uint8Array[]> | readonly Uint8Array[];
  readonly read: (file: string) => unknown;
  /** Share of all inputs: a reader that takes longer has fewer. */
  readonly weight: number;
}

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)));
const text = (content: string): Uint8Array => Buffer.from(content);

function npy(descr: string, shape: string, bytes: Uint8Array): Uint8Array {
  const header = Buffer.from(
    `${`{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(107)}\n`,
  );
  return Buffer.concat([
    Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]),
    header,
    bytes,
  ]);
}
const arrays = [
  npy('<f4', '2, 3', new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer)),
  npy('<i8', '3,', new Uint8Array(BigInt64Array.of(1n, 0n, 2n).buffer)),
  npy('|u1', '3, 1', Uint8Array.of(1, 0, 2)),
];
const tensors = [
  { name: 'conv/kernel', shape: [2, 2], role: 'weight', data: Float32Array.of(1, 2, 3, 4) },
  { name: 'bn/moving_mean', shape: [2], role: 'moving-statistic', data: Float32Array.of(1, 2) },
] as const;

export const readers: readonly FuzzedReader[] = [
  {
    ...{ name: 'metrics', file: 'metrics.csv', weight: 20 },
    corpus: () => [
      text(
        'epoch,accuracy,loss,lr,val_accuracy,val_loss\r\n0,0.5,1.25,0.1,0.5,NA\r\n1,0.75,1e-3,0.1,nan,inf\r\n',
      ),
      text('epoch,step,train_loss,val_acc\n0,10,1.5,\n0,20,,0.5\n,30,,\n1,40,"1.0",0.625\n'),
      text('"Step","a-1 - val_acc","a-1 - val_acc__MIN"\n0,0.5,0.4\n'),
    ],
    read: (file) => readMetricsTable(file),
  },
  {
    ...{ name: 'events', file: 'events.out.tfevents.1', weight: 20 },
    corpus: () => [
      fixture('logs/tensorboard/seed_0/events.out.tfevents.1700000000.host.1.0'),
      fixture('logs/keras/run_0/validation/events.out.tfevents.1.host.1.1.v2'),
    ],
    read: (file) => {
      readEventFile(file, () => undefined);
    },
  },
  {
    ...{ name: 'npy', file: 'predictions.npy', weight: 15 },
    ...{ corpus: () => arrays, read: readPredictionsFile },
  },
  {
    ...{ name: 'npz', file: 'predictions.npz', weight: 5 },
    corpus: () => arrays.map((array) => zipSync({ 'predictions.npy': array })),
    read: readPredictionsFile,
  },
  {
    ...{ name: 'classes', file: 'pred9.txt', weight: 15 },
    ...{ corpus: () => [text('0\n1\n2\n1\n0'), text('300\r\n1\r\n')], read: readPredictionsFile },
  },
  {
    ...{ name: 'table of predictions', file: 'predictions.csv', weight: 5 },
    ...{ corpus: () => [text('example,prediction\n0,1\n1,2\n')], read: readPredictionsFile },
  },
  {
    ...{ name: 'labels', file: 'labels.csv', weight: 5 },
    corpus: () => [text('index,label,class_name\n1,0,cat\n0,1,dog\n')],
    read: readLabelsFile,
  },
  {
    ...{ name: 'safetensors', file: 'weights.safetensors', weight: 10 },
    ...{ corpus: () => [encodeSafetensors(tensors)], read: readWeightsFile },
  },
  {
    ...{ name: 'npz of weights', file: 'weights.npz', weight: 3 },
    corpus: () => [
      zipSync({
        'fc.weight.npy': arrays[0] ?? new Uint8Array(),
        'fc.bias.npy': arrays[0] ?? new Uint8Array(),
      }),
    ],
    read: readWeightsFile,
  },
  {
    ...{ name: 'hdf5', file: 'ckpt9.h5', weight: 0.1 },
    corpus: async (folder) => {
      const file = path.join(folder, 'corpus.h5');
      await writeKerasWeights(file, tensors);
      return [readFileSync(file)];
    },
    read: readWeightsFile,
  },
  {
    ...{ name: 'nvprof', file: 'profile.csv', weight: 1 },
    corpus: () => [fixture('profiles/nvprof_default.csv')],
    read: (file) => {
      const content = readFileSync(file, 'utf8');
      return isNvprof(content) ? readNvprof(file, content) : null;
    },
  },
  {
    ...{ name: 'nsys', file: 'profile.csv', weight: 1 },
    corpus: () => [fixture('profiles/nsys_default_cuda_gpu_kern_sum.csv')],
    read: (file) => (isNsys(readFileSync(file, 'utf8')) ? readNsys(file) : null),
  },
];

export interface FuzzOutcome {
  readonly read: number;
  /** Milliseconds. */
  readonly slowest: number;
  readonly failures: readonly { readonly why: string; readonly content: Uint8Array }[];
}

/** Longer than any file of so few bytes may take, in milliseconds, on a machine that is busy. */
const longest = 5_000;
const mostFailures = 5;

/** Feeds mutations of a reader's corpus to it. */
export async function fuzz(
  reader: FuzzedReader,
  folder: string,
  stream: RandomStream,
  count: number,
): Promise<FuzzOutcome> {
  const corpus = await reader.corpus(folder);
  const file = path.join(folder, reader.file);
  const failures: { why: string; content: Uint8Array }[] = [];
  let [read, slowest] = [0, 0];
  for (let index = 0; index < count && failures.length < mostFailures; index += 1) {
    const content = mutated(corpus, stream);
    writeFileSync(file, content);
    const from = performance.now();
    try {
      await reader.read(file);
      read += 1;
    } catch (error) {
      if (!(error instanceof NoisefloorError)) {
        failures.push({
          why: error instanceof Error ? (error.stack ?? error.message) : String(error),
          content,
        });
      }
    }
    const took = performance.now() - from;
    slowest = Math.max(slowest, took);
    if (took > longest) failures.push({ why: `it took ${took.toFixed(0)} ms`, content });
  }
  return { read, slowest, failures };
}

/** Numbers that lengths and counts break at. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
const words = [
  'nan',
  '-1',
  '1e309',
  '""',
  '"',
  ',',
  '\r\n',
  '\0',
  '\ufeff',
  '9999999999',
  '../../x',
  '(1, 2',
  '__proto__',
];

function mutated(corpus: readonly Uint8Array[], stream: RandomStream): Uint8Array {
  let bytes: Buffer = Buffer.from(corpus[stream.nextInteger(corpus.length)] ?? new Uint8Array());
  const times = 1 + stream.nextInteger(4);
  for (let time = 0; time < times; time += 1) bytes = mutatedOnce(bytes, corpus, stream);
  return bytes;
}

function mutatedOnce(bytes: Buffer, corpus: readonly Uint8Array[], stream: RandomStream): Buffer {
  const at = stream.nextInteger(Math.max(1, bytes.length));
  switch (stream.nextInteger(7)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (flipped.length > 0) flipped[at] = (flipped[at] ?? 0) ^ (1 << stream.nextInteger(8));
      return flipped;
    }
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + stream.nextInteger(8))]);
    case 3: {
      const word = Buffer.from(words[stream.nextInteger(words.length)] ?? '');
      return Buffer.concat([bytes.subarray(0, at), word, bytes.subarray(at)]);
    }
    case 4: {
      const edge = Buffer.alloc(4);
      edge.writeUInt32LE(edges[stream.nextInteger(edges.length)] ?? 0);
      return Buffer.concat([bytes.subarray(0, at), edge, bytes.subarray(at + 4)]);
    }
    case 5: {
      const other = Buffer.from(corpus[stream.nextInteger(corpus.length)] ?? new Uint8Array());
      const from = stream.nextInteger(Math.max(1, other.length));
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + 64)]);
    }
    default: {
      const length = stream.nextInteger(64);
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    }
  }
}
