import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readLabelledExamples } from '../interchange/logs/labelledExamples.ts';
import type { ReadRun } from '../interchange/logs/readRun.ts';
import type { EndedRecord, Json } from '../results/record.ts';
import { decodeSafetensors } from '../results/safetensors.ts';
import { ResultWriter } from '../results/writer.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { Program } from '../study/program.ts';
import { fillCommand, programEnvironment, programValues } from '../study/programCommand.ts';
import type { WorkOrder } from '../study/replicate.ts';
import { startProgram, type ProgramExit } from './childProgram.ts';
import { readOutput, watchMetrics } from './output.ts';

/** How often the output of a program and the wish to stop are looked at, in milliseconds. */
const interval = 500;

export interface ProgramWatcher {
  /** Called for each epoch that the program has written about. */
  epoch(epoch: number, test: { loss: number; accuracy: number }): void;
  shouldStop(): boolean;
}

/** The true classes of the test examples, with their hash; none where they are not known. */
type Labels = ReturnType<typeof readLabelledExamples> | null;

/**
 * Runs the program of a replicate, and takes in what it wrote once it has ended well. One that is interrupted begins
 * again: what it had written is not mixed with what it writes then.
 * @param folder a result folder whose work order has a program.
 * @returns how the replicate ended; the same is recorded in the folder.
 * @throws NoisefloorError when it could not begin, or its results could not be written.
 */
export async function runProgram(folder: string, watcher: ProgramWatcher): Promise<EndedRecord> {
  const { writer, order, attempts, ended } = ResultWriter.reopen(folder);
  try {
    if (ended?.status === 'finished' || ended?.status === 'diverged') return ended;
    const record = await attempt(writer, order, attempts + 1, watcher).catch((error: unknown) => {
      if (error instanceof NoisefloorError && error.code !== 'disk-full' && error.code !== 'not-writable') {
        return failed(error.message);
      }
      throw error;
    });
    writer.ended(record);
    return record;
  } finally {
    writer.close();
  }
}

async function attempt(
  writer: ResultWriter,
  order: WorkOrder,
  number: number,
  watcher: ProgramWatcher,
): Promise<EndedRecord> {
  const { program } = order;
  if (program === undefined) throw new RangeError('The work order of a program has one.');
  const labels = labelsOf(program, order);
  const out = path.join(path.resolve(writer.folder), 'out');
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const values = programValues(order, out);
  const words = fillCommand(program, values);
  writer.started({
    attempt: number,
    at: new Date().toISOString(),
    pid: process.pid,
    machine: describeMachine(words, order),
    dataset: labels === null ? null : { ...labels.identity, hash: labels.hash },
    testLabels: labels?.testLabels ?? new Int32Array(),
    tensors: [],
    fromEpoch: 0,
  });
  if (statSync(program.folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return failed(`there is no folder at ${program.folder}, where the program is to run`);
  }
  const environment = { ...program.environment, ...programEnvironment(values) };
  const { exit, wasStopped } = await watched(
    startProgram({ words, folder: program.folder, environment }),
    out,
    watcher,
  );
  if (wasStopped) return { ...failed('asked to stop'), status: 'stopped' };
  const fault = faultOf(exit, words, writer.folder);
  if (fault !== null) return failed(fault);
  const read = await readOutput(out, labels?.testLabels.length ?? null);
  return record(writer, read, labels);
}

/** Looks at a program until it has ended, telling of its epochs. */
async function watched(
  running: ReturnType<typeof startProgram>,
  out: string,
  watcher: ProgramWatcher,
): Promise<{ exit: ProgramExit; wasStopped: boolean }> {
  const metrics = watchMetrics(out);
  let wasStopped = false;
  for (;;) {
    const exit = await Promise.race([running.ended, sleep(interval, null)]);
    for (const { epoch, testLoss, testAccuracy } of metrics.news()) {
      watcher.epoch(epoch, { loss: testLoss, accuracy: testAccuracy });
    }
    if (exit !== null) return { exit, wasStopped };
    if (!wasStopped && watcher.shouldStop()) {
      wasStopped = true;
      running.stop();
    }
  }
}

function faultOf(
  { exitCode, signal, fault }: ProgramExit,
  words: readonly string[],
  folder: string,
): string | null {
  if (fault !== null) return `"${words[0] ?? ''}" could not be started: ${fault.message}`;
  if (exitCode === 0) return null;
  const how = signal === null ? `exit code ${exitCode ?? 'unknown'}` : `signal ${signal}`;
  const said = lastLine(path.join(folder, 'output.log'));
  return `the program ended with ${how}${said === '' ? '' : `: ${said}`}; what it printed is in output.log`;
}

/** The last line that was printed, as far as a person reads it; empty where there is none. */
function lastLine(log: string): string {
  const text = existsSync(log) ? readFileSync(log, 'utf8').trimEnd() : '';
  return text.slice(text.lastIndexOf('\n') + 1).slice(0, 300);
}

/** Records every epoch that was read. */
function record(writer: ResultWriter, { epochs, checkpoints }: ReadRun, labels: Labels): EndedRecord {
  for (const epoch of epochs) {
    writer.saveState(epoch.epoch, []);
    const weights = checkpoints.get(epoch.epoch);
    if (weights !== undefined) {
      writer.checkpoint(
        epoch.epoch,
        decodeSafetensors(weights, `the weights of epoch ${epoch.epoch}`).tensors,
      );
    }
    const { predictions } = epoch;
    const isCounted = labels !== null && predictions !== undefined && Number.isNaN(epoch.testAccuracy);
    writer.epoch(isCounted ? { ...epoch, testAccuracy: shareRight(predictions, labels.testLabels) } : epoch);
  }
  const last = epochs.at(-1)?.epoch ?? 0;
  return { status: 'finished', at: new Date().toISOString(), epoch: last, step: 0, reason: null };
}

function shareRight(predictions: Uint8Array | Uint16Array, labels: Int32Array): number {
  let right = 0;
  predictions.forEach((predicted, example) => {
    if (predicted === labels[example]) right += 1;
  });
  return right / labels.length;
}

const failed = (reason: string): EndedRecord => ({
  ...{ status: 'failed', at: new Date().toISOString(), epoch: 0, step: 0, reason },
});

/** @throws NoisefloorError `dataset-changed`, and what a file of labels is refused for. */
function labelsOf({ labels: file }: Program, order: WorkOrder): Labels {
  if (file === undefined) return null;
  if (!existsSync(file)) {
    throw new NoisefloorError('labels-missing', `There is no file of labels at ${file}.`, {
      details: { file },
    });
  }
  const labels = readLabelledExamples(file);
  if (order.datasetHash === null || order.datasetHash === labels.hash) return labels;
  throw new NoisefloorError(
    'dataset-changed',
    `The labels in ${file} have changed since ${order.study.name} was planned. Put them back, or plan a new study.`,
    { details: { file } },
  );
}

/** What is known of where a program ran: of its own libraries and devices it would have to tell itself. */
function describeMachine(words: readonly string[], { execution }: WorkOrder): Json {
  const processors = cpus();
  return {
    program: [...words],
    platform: platform(),
    arch: arch(),
    cpuModel: processors[0]?.model.trim() ?? 'unknown',
    cpuCount: processors.length,
    device: execution.device,
  };
}
