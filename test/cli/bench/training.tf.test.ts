import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { benchTraining, writeExamples } from '../../../main/cli/bench/training.ts';
import { TrainingSide, type Workload } from '../../../main/cli/bench/trainingSides.ts';

describe('the sides of the training benchmark', () => {
  let workload: Workload;
  const sides: TrainingSide[] = [];
  const made = (side: TrainingSide): TrainingSide => {
    sides.push(side);
    return side;
  };

  beforeEach(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'noisefloor-bench-test-'));
    workload = {
      folder,
      network: 'smallcnn',
      side: 32,
      batch: 16,
      examples: 160,
      learningRate: 1e-3,
      losses: 4,
    };
    await writeExamples(folder, workload.examples);
  });

  afterEach(() => {
    for (const side of sides.splice(0)) side.close();
    rmSync(workload.folder, { recursive: true });
  });

  it('do the same work: stock tfjs-node starts from our weights and gives our losses', async () => {
    const ours = made(TrainingSide.ours(2, 1));
    const stock = made(TrainingSide.stock());
    await ours.prepare(workload, { writeWeights: true });
    await stock.prepare(workload);
    expect(() => {
      ours.requireSameWork(stock);
    }).not.toThrow();
    expect(ours.replicates).toBe(2);
    const time = await stock.measure();
    expect(time.wall).toBeGreaterThan(0);
    expect(time.cpu).toBeGreaterThan(0);
  });

  it('are not compared when they do different work', async () => {
    const ours = made(TrainingSide.ours(1, 1));
    const other = made(TrainingSide.ours(1, 1));
    await ours.prepare(workload);
    await other.prepare({ ...workload, learningRate: 0.1 });
    expect(() => {
      ours.requireSameWork(other);
    }).toThrow(expect.objectContaining({ code: 'bench-unequal' }));
  });
});

describe('benchTraining', () => {
  it('measures what recording costs and how much memory a replicate takes, without a peer', async () => {
    const { bench, rows } = await benchTraining({ only: ['recording'], repeats: 1 });
    expect(bench).toBe('training');
    expect(rows.map(({ peer, target }) => [peer, target])).toEqual([
      ['training time', 1],
      ['limit', 1],
    ]);
    const [recording, memory] = rows;
    expect(recording?.ours.values).toHaveLength(4);
    expect(recording?.ours.median).toBeLessThan(0.5);
    // TensorFlow alone takes more than 100 MB.
    expect(memory?.ours.median).toBeGreaterThan(1e8);
    expect(memory?.met).toBe(true);
  });
});
