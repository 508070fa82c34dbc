import { expect, test } from 'vitest';
import { benchAnalysis } from '../../../main/cli/bench/analysis.ts';

const python = process.env['NOISEFLOOR_PEER_PYTHON'] ?? '';

// Installing scipy takes the network: the comparison is tried where a Python that has it is named.
test.skipIf(python === '')('a small comparison with scipy (needs NOISEFLOOR_PEER_PYTHON)', async () => {
  const notes: string[] = [];
  const report = await benchAnalysis({
    repeats: 2,
    replicates: 21,
    examples: 333,
    onProgress: (line) => void notes.push(line),
  });
  expect(report.bench).toBe('analysis');
  expect(report.machine.peers).toHaveProperty('scipy');
  expect(report.rows.map(({ name }) => name)).toEqual([
    'churn matrix, 21 replicates x 333 examples, flip rates Beta(0.3, 2.7)',
    'churn matrix, 21 replicates x 333 examples, flip rates Beta(0.6, 1.4)',
  ]);
  for (const row of report.rows) {
    expect(row).toMatchObject({ peer: 'scipy pdist hamming', target: 10 });
    expect(row.ours.values).toHaveLength(2);
    expect(row.met).toBe(row.ratio >= 10);
  }
  expect(notes).toHaveLength(4);
});
