import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseGpus, listGpus, parseGpus, visibleGpus } from '../../src/scheduling/gpus.ts';
import { installNvidiaSmi, nvidiaSmiOutput } from '../fixtures/scheduling/nvidiaSmi.ts';
import { failureOf } from '../study/failure.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'noisefloor-gpus-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hopper = 'NVIDIA H100 80GB HBM3';
const gpus = parseGpus(nvidiaSmiOutput(hopper, hopper, 'NVIDIA A100-SXM4-40GB', hopper));
const indices = (given: readonly { index: number }[]): number[] => given.map(({ index }) => index);

describe('the GPUs of a machine', () => {
  it('are what nvidia-smi prints', async () => {
    const PATH = installNvidiaSmi(path.join(folder, 'two'), nvidiaSmiOutput(hopper, hopper));
    const [first, second] = await listGpus({ PATH });
    expect(first).toEqual({
      index: 0,
      uuid: 'GPU-0b9f2c4e-0d1a-4c53-9c1e-7a5d3f2e8b60',
      name: hopper,
      memoryBytes: 81_559 * 2 ** 20,
    });
    expect(second?.index).toBe(1);
    expect(indices(await listGpus({ PATH, CUDA_VISIBLE_DEVICES: '1' }))).toEqual([1]);
  });

  it('are none where there is no such program, or no driver that answers it', async () => {
    expect(await listGpus({ PATH: path.join(folder, 'nothing') })).toEqual([]);
    const said = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n";
    expect(await listGpus({ PATH: installNvidiaSmi(path.join(folder, 'broken'), said, 9) })).toEqual([]);
    expect(parseGpus('No devices were found\n')).toEqual([]);
  });

  it('keep their place where memory is not told, and a comma in their name', () => {
    expect(parseGpus('0, GPU-0b9f, GPU, the first, [N/A]\n')).toEqual([
      { index: 0, uuid: 'GPU-0b9f', name: 'GPU, the first', memoryBytes: 0 },
    ]);
  });

  it.each([
    [undefined, [0, 1, 2, 3]],
    ['2,0', [2, 0]],
    [' 3 , 1 ', [3, 1]],
    ['0,7,1', [0]],
    ['-1', []],
    ['', []],
    ['GPU-2b9f,1,GPU-2b9f', [2, 1]],
  ])('that CUDA shows with %j are %j', (setting, shown) => {
    expect(indices(visibleGpus(gpus, setting))).toEqual(shown);
  });
});

describe('the GPUs of a study', () => {
  it.each([
    ['cpu', null, []],
    ['gpu', null, [0, 1, 3]],
    ['gpu:2', null, [2]],
    ['gpu', [3, 0], [3, 0]],
    ['gpu:1', [2], [2]],
  ])('on %s, asked for %j, are %j', (device, asked, chosen) => {
    expect(indices(chooseGpus(device, asked, gpus))).toEqual(chosen);
  });

  it('are none that are known where none is listed, unless one is named', () => {
    expect(chooseGpus('gpu', null, [])).toEqual([]);
    expect(chooseGpus('gpu:1', null, [])).toEqual([]);
    expect(failureOf(() => chooseGpus('gpu', [1], [])).message).toContain('There is no GPU 1');
  });

  it.each([
    ['cpu', [0], 'invalid-devices', 'Give it the device gpu'],
    ['gpu', [1, 1], 'invalid-devices', 'once'],
    ['gpu', [], 'invalid-devices', 'at least one'],
    ['gpu', [5], 'device-unavailable', 'there are 0 (NVIDIA H100 80GB HBM3), 1 (NVIDIA H100'],
    ['gpu:9', null, 'device-unavailable', 'There is no GPU 9'],
  ])('on %s, asked for %j, are refused: %s', (device, asked, code, message) => {
    const failure = failureOf(() => chooseGpus(device, asked, gpus));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(message);
  });
});
