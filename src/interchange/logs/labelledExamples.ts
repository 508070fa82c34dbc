import { createHash } from 'node:crypto';
import type { StoredDataset } from '../../library/datasets.ts';
import { readLabelsFile } from './labelsFile.ts';

/**
 * A file of true classes as what a library keeps of a data set: nothing but its test labels is known.
 * @throws NoisefloorError `log-invalid` with file and line.
 */
export function readLabelledExamples(file: string): StoredDataset {
  const { labels: testLabels, classNames } = readLabelsFile(file);
  const hash = createHash('sha256').update('labels of logs\n').update(new Uint8Array(testLabels.buffer));
  const classes = classNames?.length ?? testLabels.reduce((most, label) => Math.max(most, label + 1), 0);
  return {
    hash: hash.digest('hex'),
    identity: {
      ...{ name: `${testLabels.length.toLocaleString('en')} labelled test examples`, kind: 'elsewhere' },
      ...{ classes, examples: { test: testLabels.length } },
      classNames: classNames === null ? null : [...classNames],
    },
    testLabels,
  };
}
