import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { probe, probeConditions, type ProbeCondition } from '../../src/determinism/probe.ts';
import type { TrialRequest, TrialResult } from '../../src/scheduling/trial.ts';
import { tinyStudy } from '../fixtures/training/tinyStudy.ts';
import { workOrder } from '../fixtures/training/replicate.ts';

const order = workOrder(tinyStudy('/images'), 'IMPL');
const base = {
  device: 'cpu',
  precision: 'float32',
  threads: 1,
  oneDnn: true,
  deterministicOps: false,
} as const;

/** A machine whose fingerprints are a function of the request and of how often it was asked. */
function runProbe(fingerprintsOf: (request: TrialRequest, call: number) => number[]) {
  let calls = 0;
  const told: ProbeCondition[] = [];
  const requests: TrialRequest[] = [];
  const report = probe({
    request: { task: order.task, seeds: order.seeds, steps: 5 },
    base,
    runTrial: (request) => {
      requests.push(request);
      calls += 1;
      const result = {
        fingerprints: fingerprintsOf(request, calls),
        loss: 1,
        machine: 'a machine',
        dataset: { name: 'tiny' },
      };
      return Promise.resolve(result as unknown as TrialResult);
    },
    onCondition: (condition) => told.push(condition),
  });
  return report.then((given) => ({ report: given, requests, told }));
}

describe('what is probed', () => {
  it('on a CPU: the configuration itself, then kernels, threads and oneDNN one at a time', () => {
    const conditions = probeConditions(base);
    expect(conditions[0]).toEqual({ name: 'as configured', execution: base });
    for (const { execution } of conditions.slice(1)) {
      const changed = Object.entries(execution).filter(
        ([key, value]) => base[key as keyof typeof base] !== value,
      );
      expect(changed).toHaveLength(1);
    }
    const threads = new Set([1, 2, availableParallelism()]).size - 1;
    expect(conditions).toHaveLength(3 + threads);
    expect(new Set(conditions.map(({ name }) => name)).size).toBe(conditions.length);
  });

  it('on a GPU: kernels only, for threads change nothing there', () => {
    expect(probeConditions({ ...base, device: 'gpu' })).toHaveLength(2);
  });
});

describe('what a probe says', () => {
  it('of a machine that always comes to the same', async () => {
    const { report, requests, told } = await runProbe(() => [1, 2, 3]);
    expect(report.rows.every(({ repeatable, sameAsDefault }) => repeatable && sameAsDefault)).toBe(true);
    expect(report.verdict).toBe(
      'Under every condition, separate processes came out bit-identical. No change of configuration changed a bit.',
    );
    expect(requests).toHaveLength(2 * told.length);
    expect(requests.every(({ steps, seconds }) => steps === 5 && seconds === 0)).toBe(true);
  });

  it('of one whose numbers change with the threads', async () => {
    const { report } = await runProbe(({ execution }) => [1, execution.threads, execution.threads]);
    const row = report.rows.find(({ name }) => name === '2 threads');
    expect(row).toMatchObject({ repeatable: true, sameAsDefault: false, differingTensors: 2, tensors: 3 });
    expect(report.verdict).toContain('The numbers themselves change with: 2 threads');
  });

  it('of one that does not repeat itself unless it is asked to', async () => {
    const { report } = await runProbe(({ execution }, call) => [execution.deterministicOps ? 0 : call]);
    expect(report.rows.filter(({ repeatable }) => repeatable).map(({ name }) => name)).toEqual([
      'deterministic kernels asked for',
    ]);
    expect(report.verdict).toMatch(/^Separate processes came out different under: as configured; /);
  });
});
