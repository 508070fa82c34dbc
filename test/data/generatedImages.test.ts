import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';
import type { Dataset } from '../../src/data/identity.ts';

const reference = {
  ...({ kind: 'generated', classes: 10, height: 16, width: 20, channels: 3 } as const),
  ...{ train: 300, test: 200, seed: 1 },
};

/** Accuracy of taking the class whose mean training image is nearest: a linear classifier, far below a network. */
function nearestMean({ train, test, classNames }: Dataset): number {
  const each = train.images.length / train.labels.length;
  const means = classNames.map((_, label) => {
    const members = [...train.labels.keys()].filter((index) => train.labels[index] === label);
    return Float64Array.from({ length: each }, (_value, pixel) =>
      members.reduce((sum, index) => sum + (train.images[index * each + pixel] ?? 0) / members.length, 0),
    );
  });
  const distance = (index: number, mean: Float64Array): number =>
    mean.reduce((sum, value, pixel) => sum + (value - (test.images[index * each + pixel] ?? 0)) ** 2, 0);
  const right = [...test.labels.keys()].filter((index) => {
    const distances = means.map((mean) => distance(index, mean));
    return distances.indexOf(Math.min(...distances)) === test.labels[index];
  });
  return right.length / test.labels.length;
}

describe('generated images', () => {
  it('are those of their seed, on every machine', async () => {
    const { identity } = await loadDataset(reference);
    expect(identity).toMatchObject({
      name: 'Generated, 10 classes',
      shape: [16, 20, 3],
      examples: { train: 300, test: 200 },
      hash: '658b8fac70bc6019cf583103d12df8ed6aa2a8727097c58cc8c8116193555e89',
    });
    expect((await loadDataset({ ...reference, seed: 2 })).identity.hash).not.toBe(identity.hash);
  });

  it('begin alike however many there are', async () => {
    const few = await loadDataset({ ...reference, train: 20, test: 10 });
    const many = await loadDataset(reference);
    expect(many.train.images.subarray(0, few.train.images.length)).toEqual(few.train.images);
    expect([...few.train.labels.subarray(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
  });

  it('show their classes, but not plainly', async () => {
    const accuracy = nearestMean(await loadDataset(reference));
    expect(accuracy).toBeGreaterThan(0.3);
    expect(accuracy).toBeLessThan(0.8);
  });
});
