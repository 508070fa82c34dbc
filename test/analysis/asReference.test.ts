import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  lastEpochAsText,
  referenceChurn,
  referenceDeviation,
  referenceDistance,
  referenceEpochs,
} from '../../src/analysis/asReference.ts';
import { readReplicate, referenceLogsPresent, referenceScript } from './referenceLogs.ts';

describe('the epochs that the reference keeps', () => {
  it.each([
    [200, [9, 49, 99, 149, 199], 99],
    [20, [9, 19], 9],
    [10, [9], 9],
    [4, [3], 3],
    [90, [9, 49, 89], 9],
    [100, [9, 49, 99], 99],
  ])('of %i are %j, and it takes %i for the last', (epochs, kept, last) => {
    expect(referenceEpochs(epochs)).toEqual(kept);
    expect(lastEpochAsText(kept)).toBe(last);
  });

  it('are none of none', () => {
    expect(lastEpochAsText([])).toBeNull();
  });
});

describe.skipIf(!referenceLogsPresent)("on the reference's own logs", () => {
  it.each(Object.entries(referenceLogsPresent ? referenceScript() : {}))(
    'gives what its script gives: %s',
    async (_, script) => {
      const names = Array.from(
        { length: script.num_models },
        (_, index) => `${script.folder_prefix}${index}`,
      );
      const replicates = await Promise.all(names.map((name, index) => readReplicate(name, index)));
      const accuracies = names.map((name) => {
        const rows = readFileSync(script.logOf(name), 'utf8').trim().split(/\r?\n/);
        const [header = [], ...epochs] = rows.map((row) => row.split(','));
        const last = epochs[epochs.length - 1];
        return Number(last?.[header.indexOf('val_accuracy')]);
      });
      expect(referenceDeviation(accuracies)).toBeCloseTo(script.get_standard_deviation_of_accuracy, 14);
      const rows = replicates.map(({ predictions }) => predictions!);
      expect(referenceChurn(rows)).toBeCloseTo(script.get_prediction_churn, 14);
      const distance = referenceDistance(replicates.map(({ weights }) => weights!));
      // The script sums in float32.
      expect(Math.abs(distance! - script.get_l2_norm)).toBeLessThanOrEqual(1e-6 * script.get_l2_norm);
    },
  );
});
