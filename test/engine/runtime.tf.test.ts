import { beforeAll, describe, expect, it } from 'vitest';
import { describeMachine, loadTensorFlow } from '../../src/engine/runtime.ts';

const cpu = {
  device: 'cpu',
  precision: 'float32',
  threads: 2,
  oneDnn: true,
  deterministicOps: false,
} as const;

describe('the TensorFlow of this process', () => {
  beforeAll(async () => {
    await loadTensorFlow();
  });

  it('is loaded once', async () => {
    expect(await loadTensorFlow()).toBe(await loadTensorFlow());
  });

  it('is described with its versions, processor, devices and environment', () => {
    process.env.TF_DETERMINISTIC_OPS = '0';
    const machine = describeMachine(cpu);
    expect(machine).toMatchObject({
      tensorflowVersion: '2.21.0',
      tfjsVersion: '4.22.0',
      nodeVersion: process.versions.node,
      platform: process.platform,
      threads: 2,
      gpuModel: null,
      driver: null,
      devices: ['cpu'],
      environment: { TF_DETERMINISTIC_OPS: '0' },
    });
    expect(machine.cpuModel).not.toBe('');
    expect(machine.cpuCount).toBeGreaterThan(0);
    delete process.env.TF_DETERMINISTIC_OPS;
  });

  it('refuses a device that it does not list, naming both', () => {
    expect(() => describeMachine({ ...cpu, device: 'gpu:3' })).toThrow(/"gpu:3".*only "cpu"/);
  });
});
