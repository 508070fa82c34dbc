import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { environmentFor } from '../../src/engine/configuration.ts';
import { continueStudy } from '../../src/host/continueStudy.ts';
import { describedMachine } from '../../src/host/machine.ts';
import type { Preparation } from '../../src/host/prepareStudy.ts';
import type { RunEvent } from '../../src/host/runEvents.ts';
import { replicateProcedures } from '../../src/host/studio/replicateProcedures.ts';
import type { LibraryClient } from '../../src/library/client.ts';
import { applyOverrides } from '../../src/study/overrides.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { selectVariants } from '../../src/study/selection.ts';
import { buildStudy, temporaryFolder } from '../fixtures/library/library.ts';
import { installNvidiaSmi, nvidiaSmiOutput } from '../fixtures/scheduling/nvidiaSmi.ts';

const folder = temporaryFolder();
const programs = mkdtempSync(path.join(tmpdir(), 'noisefloor-smi-'));
afterAll(() => rmSync(programs, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const standIn = {
  command: process.execPath,
  args: [path.join(import.meta.dirname, '../fixtures/scheduling/gpuReplicate.ts')],
};
const preparation = { dataset: { hash: 'abc123' }, parallel: 8 } as unknown as Preparation;

/** Runs a small study on the GPU with processes that stand in for replicates. */
async function run(
  library: LibraryClient,
  id: string,
  given: { devices?: readonly number[]; names?: readonly string[]; visible?: string; replicates?: number },
): Promise<RunEvent[]> {
  vi.stubEnv('PATH', installNvidiaSmi(path.join(programs, id), nvidiaSmiOutput(...(given.names ?? []))));
  vi.stubEnv('CUDA_VISIBLE_DEVICES', given.visible);
  const four = applyOverrides(buildStudy({ replicates: given.replicates ?? 1 }), ['execution.device=gpu']);
  const study = selectVariants(four, ['ALGO', 'IMPL']);
  await library.createStudy(study, planReplicates(study, id, null), null);
  const events: RunEvent[] = [];
  await continueStudy({
    ...{ library, study: await library.study(id), parallel: null, preparation, retryFailed: false },
    ...(given.devices === undefined ? {} : { devices: given.devices }),
    processes: { replicate: standIn, environmentFor },
    runTrial: () => Promise.reject(new Error('Everything is prepared.')),
    onEvent: (event) => events.push(event),
    onControl: () => undefined,
  });
  return events;
}

it('spreads replicates over the GPUs of a machine, one at a time on each, and records which', async () => {
  const library = await openLibrary(path.join(folder, 'library.sqlite'));
  const hopper = 'NVIDIA H100 80GB HBM3';
  const events = await run(library, 'two', { names: [hopper, hopper, 'NVIDIA T4'], replicates: 2 });
  expect(events).toContainEqual({
    type: 'note',
    message: `Replicates are spread over the GPUs 0 and 1 (${hopper}); each replicate has one of them, which is recorded with it.`,
  });
  expect(events.find(({ type }) => type === 'planned')).toMatchObject({ parallel: 2 });
  const told = new Map(
    events.flatMap((event) => (event.type === 'started' ? [[event.replicate, event.device] as const] : [])),
  );
  expect(new Set(told.values())).toEqual(new Set(['gpu:0', 'gpu:1']));
  let atOnce = new Set<string | undefined>();
  for (const event of events) {
    if (event.type === 'started') {
      expect(atOnce).not.toContain(event.device);
      atOnce.add(event.device);
    } else if (event.type === 'ended') {
      atOnce = new Set([...atOnce].filter((device) => device !== told.get(event.replicate)));
    }
  }
  const { items } = await replicateProcedures(library).list({ study: 'two' }, undefined as never);
  expect(items).toHaveLength(4);
  for (const { id, status, device, gpuModel } of items) {
    expect(status).toBe('finished');
    expect(device).toBe(told.get(id));
    expect(gpuModel).toBe(`GPU in place ${device.replace('gpu:', '')}`);
  }
  const { machine } = await library.replicate(items[0]!.id);
  expect(machine).toMatchObject({ environment: { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' } });

  // What the environment hides is not used; what a person names is, whatever its model.
  const hidden = await run(library, 'hidden', { names: [hopper, hopper], visible: '1' });
  const devicesOf = (given: readonly RunEvent[]) =>
    new Set(given.flatMap((event) => (event.type === 'started' ? [event.device] : [])));
  expect(devicesOf(hidden)).toEqual(new Set(['gpu:1']));
  const mixed = await run(library, 'mixed', { names: [hopper, 'NVIDIA T4'], devices: [1, 0] });
  expect(devicesOf(mixed)).toEqual(new Set(['gpu:0', 'gpu:1']));
  expect(mixed.find(({ type }) => type === 'note')).toMatchObject({
    message: expect.stringContaining('1 is NVIDIA T4 and 0 is NVIDIA H100') as string,
  });
  await expect(run(library, 'none', { names: [], devices: [0] })).rejects.toThrow('There is no GPU 0');
  await library.close();
});

it('reads from a machine which GPU a process could see', () => {
  const environment = (CUDA_VISIBLE_DEVICES: string) => ({ environment: { CUDA_VISIBLE_DEVICES } });
  expect(describedMachine(environment('3')).gpuIndex).toBe(3);
  expect(describedMachine(environment('-1')).gpuIndex).toBeNull();
  expect(describedMachine('nothing').gpuIndex).toBeNull();
});
