import { beforeAll, describe, expect, it } from 'vitest';
import { modelWeights } from '../../src/engine/modelWeights.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import type { TensorFlow } from '../../src/engine/tensorFlow.ts';
import { networkBuilder } from '../../src/engine/networkBuilder.ts';

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow();
});

function parameters(imageShape: [number, number, number], classes: number): number {
  const { model } = networkBuilder({ name: 'resnet18' })({ tf, imageShape, classes });
  const total = modelWeights(model).reduce((sum, { variable }) => sum + variable.size, 0);
  model.dispose();
  return total;
}

describe('ResNet18', () => {
  it.each([
    // The counts of the reference's networks, batch-norm statistics included.
    { data: 'CIFAR-10', shape: [32, 32, 3], classes: 10, expected: 11_183_562 },
    { data: 'CIFAR-100', shape: [32, 32, 3], classes: 100, expected: 11_229_732 },
    { data: 'CelebA', shape: [128, 128, 3], classes: 40, expected: 11_506_152 },
  ] as const)('has the parameters of the reference on $data', ({ shape, classes, expected }) => {
    expect(parameters([...shape], classes)).toBe(expected);
  });

  it('takes images of 25 pixels and refuses smaller ones, with the sizes', () => {
    expect(parameters([25, 25, 3], 10)).toBe(11_183_562);
    expect(() => parameters([32, 24, 3], 10)).toThrow(/at least 25 x 25 pixels; these are 32 x 24/);
  });
});
