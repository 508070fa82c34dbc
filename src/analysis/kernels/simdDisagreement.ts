import { rowOf, type ClassIndices, type Predictions } from '../predictions.ts';
import { decodeBase64 } from './base64.ts';
import { disagreementKernel } from './disagreementKernel.ts';
import { compileKernel, pageBytes, type KernelMemory } from './webAssembly.ts';

/** What assembly/disagreement.ts exports; addresses and sizes in bytes. */
interface DisagreementExports {
  readonly memory: KernelMemory;
  bitsUsed(source: number, bytes: number): number;
  packBytes(source: number, blocks: number, planes: number, out: number): void;
  packWords(source: number, blocks: number, planes: number, out: number): void;
  countPairs(
    rows: number,
    replicates: number,
    blocks: number,
    planes: number,
    counts: number,
    spare: number,
  ): void;
}

const examplesOfBlock = 128;
const vectorBytes = 16;

/** The kernel counts four blocks at a time. */
const examplesOfStep = 4 * examplesOfBlock;

/** Below this address lies the count of a row without a partner. */
const stagingAddress = 64;

/** Most bytes of bit planes, and most examples of one replicate, held at once: the rest is counted slice after slice. */
const planeBytesLimit = 256 * 1024 * 1024;
const stagedExamplesLimit = 256 * examplesOfStep;

/** An instance up to this size is kept for the next call: new memory costs a page fault every 4 KiB. */
const keptBytesLimit = 64 * 1024 * 1024;

let instantiate: (() => object) | null | undefined;
let kept: DisagreementExports | null = null;

/** The kernel, compiled once, or null where SIMD is missing. Its memory may hold what an earlier call left. */
function obtainKernel(): DisagreementExports | null {
  if (kept !== null) return kept;
  if (instantiate === undefined) instantiate = compileKernel(decodeBase64(disagreementKernel));
  kept = instantiate === null ? null : (instantiate() as DisagreementExports);
  return kept;
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** Grows a memory to at least `bytes`. */
function reserve(memory: KernelMemory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / pageBytes));
}

/** Copies one replicate's class indices into the kernel's memory, padded with zeros to whole steps. */
function stage(kernel: DisagreementExports, indices: ClassIndices): void {
  const padded = roundUp(indices.length, examplesOfStep);
  const target =
    indices instanceof Uint8Array
      ? new Uint8Array(kernel.memory.buffer, stagingAddress, padded)
      : new Uint16Array(kernel.memory.buffer, stagingAddress, padded);
  target.set(indices);
  target.fill(0, indices.length);
}

/** How many bit planes the class indices of these rows need; 0 when all are class 0. */
function planesNeeded(kernel: DisagreementExports, rows: readonly ClassIndices[]): number {
  let bits = 0;
  for (const row of rows) {
    stage(kernel, row);
    bits |= kernel.bitsUsed(stagingAddress, roundUp(row.length, examplesOfStep) * row.BYTES_PER_ELEMENT);
  }
  if (rows[0] instanceof Uint8Array) bits = (bits | (bits >>> 8)) & 0xff;
  return 32 - Math.clz32(bits);
}

/**
 * Disagreements of every pair of replicates over the examples `from` to `to`, in WebAssembly SIMD.
 * @returns the counts, condensed as `partialDisagreements` has them, or null where the host has no SIMD.
 */
export function simdDisagreements(predictions: Predictions, from: number, to: number): Uint32Array | null {
  const kernel = obtainKernel();
  if (kernel === null) return null;
  const { replicates, data } = predictions;
  const pairs = (replicates * (replicates - 1)) / 2;
  const fitting = Math.floor(planeBytesLimit / (replicates * data.BYTES_PER_ELEMENT * examplesOfStep));
  const examplesAtOnce = Math.min(Math.max(fitting, 1) * examplesOfStep, stagedExamplesLimit);
  const staged = Math.min(examplesAtOnce, roundUp(to - from, examplesOfStep));
  const counts = stagingAddress + staged * data.BYTES_PER_ELEMENT;
  const rowsAddress = roundUp(counts + pairs * Uint32Array.BYTES_PER_ELEMENT, vectorBytes);
  reserve(kernel.memory, rowsAddress);
  new Uint32Array(kernel.memory.buffer, counts, pairs).fill(0);

  for (let start = from; start < to; start += examplesAtOnce) {
    const end = Math.min(to, start + examplesAtOnce);
    const rows = Array.from({ length: replicates }, (_, replicate) =>
      rowOf(predictions, replicate).subarray(start, end),
    );
    const planes = planesNeeded(kernel, rows);
    if (planes === 0) continue;
    const blocks = roundUp(end - start, examplesOfStep) / examplesOfBlock;
    const rowBytes = blocks * planes * vectorBytes;
    reserve(kernel.memory, rowsAddress + replicates * rowBytes);
    rows.forEach((row, replicate) => {
      stage(kernel, row);
      const out = rowsAddress + replicate * rowBytes;
      if (row instanceof Uint8Array) kernel.packBytes(stagingAddress, blocks, planes, out);
      else kernel.packWords(stagingAddress, blocks, planes, out);
    });
    kernel.countPairs(rowsAddress, replicates, blocks, planes, counts, 0);
  }
  const result = new Uint32Array(kernel.memory.buffer, counts, pairs).slice();
  if (kernel.memory.buffer.byteLength > keptBytesLimit) kept = null;
  return result;
}
