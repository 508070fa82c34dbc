import { describe, expect, it } from 'vitest';
import { chooseImplementation } from '../../src/host/planStudy.ts';
import { prepareStudy } from '../../src/host/prepareStudy.ts';
import type { TrialRequest, TrialResult } from '../../src/scheduling/trial.ts';
import { tinyStudy } from '../fixtures/training/tinyStudy.ts';

/** A machine that trains so many examples a second in each of n processes at once. */
function machine(
  speed: (atOnce: number) => number,
  fingerprintsOf: (call: number) => number[] = () => [1, 2],
) {
  const requests: TrialRequest[] = [];
  let running = 0;
  const rounds: number[] = [];
  const runTrial = async (request: TrialRequest): Promise<TrialResult> => {
    requests.push(request);
    const call = requests.length;
    running += 1;
    await Promise.resolve();
    const atOnce = running;
    await new Promise((resolve) => setTimeout(resolve));
    rounds.push(atOnce);
    running -= 1;
    return {
      dataset: { hash: 'abc' },
      machine: null,
      parameters: { trainable: 1, movingStatistics: 0 },
      fingerprints: fingerprintsOf(call),
      loss: 1,
      examplesPerSecond: request.seconds > 0 ? speed(atOnce) : null,
      peakBytes: 1,
    } as unknown as TrialResult;
  };
  return { requests, runTrial };
}

const study = tinyStudy('/images', { replicates: 50 });
const common = { study, judgesRepeatability: true, onEvent: () => undefined };

describe('preparing a study', () => {
  it('with a given number of processes times nothing, and compares two', async () => {
    const { requests, runTrial } = machine(() => 1000);
    const preparation = await prepareStudy({ ...common, parallel: 7, runTrial });
    expect(preparation).toMatchObject({ parallel: 7, repeatability: { repeatable: true, processes: 2 } });
    expect(requests.map(({ seconds }) => seconds)).toEqual([0, 0]);
  });

  it('times GPUs side by side, each process on one of its own, and no more than there are', async () => {
    const { requests, runTrial } = machine(() => 1000);
    const devices = ['gpu:1', 'gpu:4'];
    const given = { ...common, study: { ...study, execution: { ...study.execution, device: 'gpu' } } };
    const preparation = await prepareStudy({ ...given, devices, parallel: null, runTrial });
    expect(requests.map(({ execution }) => execution.device)).toEqual(['gpu:1', 'gpu:1', 'gpu:4']);
    expect(preparation.measured.map(({ processes }) => processes)).toEqual([1, 2]);
    expect(preparation.parallel).toBe(2);
  });

  it('of a stored study takes one look where nothing is to be measured', async () => {
    const { requests, runTrial } = machine(() => 1000);
    const preparation = await prepareStudy({ ...common, judgesRepeatability: false, parallel: 2, runTrial });
    expect(preparation.repeatability).toBeNull();
    expect(requests).toHaveLength(1);
  });

  it('takes the number of processes that was fastest', async () => {
    const { runTrial } = machine((atOnce) => 1000 / atOnce);
    expect(await prepareStudy({ ...common, parallel: null, runTrial })).toMatchObject({
      parallel: 1,
      repeatability: { repeatable: true },
    });
  });

  it('finds a device that does not repeat itself, whose own noise is then the default', async () => {
    const { runTrial } = machine(
      () => 1000,
      (call) => [1, call],
    );
    const { repeatability } = await prepareStudy({ ...common, parallel: 1, runTrial });
    expect(repeatability).toEqual({ repeatable: false, processes: 2, steps: 12 });
    const chosen = chooseImplementation(study, repeatability!);
    expect(chosen.study.variants.map(({ implementation }) => implementation)).toEqual([
      'device',
      'deterministic',
      'device',
      'deterministic',
    ]);
    expect(chosen.sentence).toMatch(/does not repeat itself/);
  });

  it('takes the same steps in every process, with every source fixed and nothing forced', async () => {
    const { requests, runTrial } = machine(() => 1000);
    await prepareStudy({ ...common, parallel: 1, runTrial });
    expect(requests[0]).toMatchObject({ steps: 12, execution: { deterministicOps: false, threads: 1 } });
    expect(requests[1]).toEqual(requests[0]);
    expect(requests[0]?.seeds.accumulationOrder).toBeNull();
  });
});
