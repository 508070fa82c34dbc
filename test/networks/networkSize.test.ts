import { describe, expect, it } from 'vitest';
import { smallestImageSide } from '../../src/networks/catalogue.ts';
import { networkSize } from '../../src/networks/networkSize.ts';

const smallCnn = (batchNorm: boolean) => ({ name: 'smallcnn', batchNorm, dropout: 0 }) as const;
const resNet18 = { name: 'resnet18' } as const;

describe('the number of parameters', () => {
  it.each([
    // As Keras counts them (test/networks).
    [smallCnn(false), [32, 32, 3], 10, 15_722],
    [smallCnn(true), [32, 32, 3], 10, 16_042],
    [resNet18, [32, 32, 3], 10, 11_183_562],
  ] as const)('of %o is that of the reference', (network, shape, classes, parameters) => {
    const size = networkSize(network, shape, classes);
    expect((size?.trainable ?? 0) + (size?.movingStatistics ?? 0)).toBe(parameters);
  });

  it('tells what is trained from what batch normalisation moves', () => {
    // Scale, shift, mean and variance of 16 + 32 + 32 channels.
    expect(networkSize(smallCnn(true), [32, 32, 3], 10)).toEqual({
      trainable: 15_722 + 160,
      movingStatistics: 160,
      tensors: { trainable: 10 + 3 * 2, movingStatistics: 3 * 2 },
    });
  });

  it('of ResNet18 grows with the image, for its pool covers 4 x 4 only', () => {
    const small = networkSize(resNet18, [32, 32, 3], 10);
    const large = networkSize(resNet18, [64, 64, 3], 10);
    expect((large?.trainable ?? 0) - (small?.trainable ?? 0)).toBe(3 * 512 * 10);
  });

  it('is unknown where the images are too small', () => {
    expect(smallestImageSide('smallcnn')).toBe(8);
    expect(smallestImageSide('resnet18')).toBe(25);
    expect(networkSize(resNet18, [24, 32, 3], 10)).toBeNull();
    expect(networkSize(resNet18, [25, 25, 3], 10)).not.toBeNull();
    expect(networkSize(smallCnn(false), [7, 7, 1], 10)).toBeNull();
  });
});
