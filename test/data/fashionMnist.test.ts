import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';

// Made by test/fixtures/data/contentHash.py with Python's hashlib and numpy.
const expected = JSON.parse(
  readFileSync(new URL('../fixtures/data/contentHash.json', import.meta.url), 'utf8'),
) as { fashionMnistSample: string };

const countsOf = (labels: Int32Array): number[] =>
  Array.from({ length: 10 }, (_, label) => labels.filter((each) => each === label).length);

describe('the shipped Fashion-MNIST sample', () => {
  it('is what its README says: 8,000 and 2,000 images, every class in both', async () => {
    const { identity, train, test, classNames } = await loadDataset({ kind: 'fashion-mnist-sample' });
    expect(identity).toMatchObject({
      name: 'Fashion-MNIST sample',
      kind: 'fashion-mnist-sample',
      examples: { train: 8000, test: 2000 },
      shape: [28, 28, 1],
      classes: 10,
      decoder: null,
    });
    expect(train.images).toHaveLength(8000 * 784);
    expect(test.images).toHaveLength(2000 * 784);
    // numpy.bincount of the label file.
    expect(countsOf(train.labels)).toEqual([786, 776, 825, 827, 810, 807, 790, 792, 790, 797]);
    expect(countsOf(test.labels)).toEqual([214, 224, 175, 173, 190, 193, 210, 208, 210, 203]);
    expect(identity.testLabels).toEqual(test.labels);
    expect(classNames[9]).toBe('Ankle boot');
  });

  it('has the content hash that Python computes', async () => {
    const { identity } = await loadDataset({ kind: 'fashion-mnist-sample' });
    expect(identity.hash).toBe(expected.fashionMnistSample);
  });
});
