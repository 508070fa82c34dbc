import { describe, expect, it } from 'vitest';
import { environmentFor, lanesOf } from '../../src/engine/configuration.ts';

const smallCnn = { name: 'smallcnn', batchNorm: false, dropout: 0 } as const;
const cpu = {
  device: 'cpu',
  precision: 'float32',
  threads: 3,
  oneDnn: true,
  deterministicOps: true,
} as const;

describe('environmentFor', () => {
  it('fixes threads, kernels and devices', () => {
    expect(environmentFor(cpu, smallCnn)).toMatchObject({
      OMP_NUM_THREADS: '3',
      TF_DETERMINISTIC_OPS: '1',
      TF_CUDNN_DETERMINISTIC: '1',
      TF_ENABLE_ONEDNN_OPTS: '1',
      CUDA_VISIBLE_DEVICES: '-1',
      NVIDIA_TF32_OVERRIDE: '0',
    });
    expect(environmentFor({ ...cpu, oneDnn: false, deterministicOps: false }, smallCnn)).toMatchObject({
      TF_DETERMINISTIC_OPS: '0',
      TF_CUDNN_DETERMINISTIC: '0',
      TF_ENABLE_ONEDNN_OPTS: '0',
    });
  });

  it.each([
    ['gpu', '0'],
    ['gpu:0', '0'],
    ['gpu:11', '11'],
  ])('shows TensorFlow the one device %s', (device, visible) => {
    expect(environmentFor({ ...cpu, device }, smallCnn)).toMatchObject({
      CUDA_VISIBLE_DEVICES: visible,
      TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    });
  });

  it('divides batches over its threads, or ops where layers look at the whole batch', () => {
    expect(environmentFor(cpu, smallCnn)).toMatchObject({
      TF_NUM_INTRAOP_THREADS: '1',
      TF_NUM_INTEROP_THREADS: '3',
    });
    expect(lanesOf(environmentFor(cpu, smallCnn))).toBe(3);
    for (const network of [{ ...smallCnn, batchNorm: true }, { name: 'resnet18' } as const]) {
      expect(environmentFor(cpu, network)).toMatchObject({ TF_NUM_INTRAOP_THREADS: '3' });
    }
  });

  it('divides ops, not batches, where there are many weights to add up the gradients of', () => {
    const environment = environmentFor(cpu, { name: 'vgg16' });
    expect(environment).toMatchObject({ TF_NUM_INTRAOP_THREADS: '3' });
    expect(lanesOf(environment)).toBe(1);
  });

  it('divides nothing where the environment does not say', () => {
    expect(lanesOf({})).toBe(1);
    expect(lanesOf({ TF_NUM_INTEROP_THREADS: 'many' })).toBe(1);
  });
});
