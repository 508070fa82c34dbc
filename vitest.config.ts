import { defineConfig } from 'vitest/config';

const tensorflowTests = 'test/**/*.tf.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [tensorflowTests, 'node_modules/**'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // TensorFlow is loaded once per process, keeps its memory and uses every core: one file at a time, each in its own process.
        test: {
          name: 'tensorflow',
          include: [tensorflowTests],
          pool: 'forks',
          isolate: true,
          maxWorkers: 1,
          testTimeout: 600_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
