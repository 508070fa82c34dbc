import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const tensorflowTests = 'test/**/*.tf.test.ts';
const rendererTests = 'test/renderer/**/*.test.ts';
const browserTests = 'test/e2e/**/*.test.ts';
const timedTests = 'test/e2e/**/*.timed.test.ts';

/** Most tests wait more than they compute: for processes, for locks, for each other. */
const everyCore = '100%';
const together = 2;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [tensorflowTests, rendererTests, browserTests, 'node_modules/**'],
          pool: 'forks',
          maxWorkers: everyCore,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins: [vue()],
        test: {
          name: 'renderer',
          include: [rendererTests],
          environment: 'happy-dom',
          pool: 'forks',
          maxWorkers: everyCore,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // On the pages as they are shipped. One browser waits for a training, another is busy.
        test: {
          name: 'browser',
          include: [browserTests],
          exclude: [timedTests, 'node_modules/**'],
          globalSetup: 'test/e2e/pagesSetup.ts',
          pool: 'forks',
          maxWorkers: together,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // What may take so many milliseconds at most has the machine to itself.
        test: {
          name: 'timed',
          include: [timedTests],
          globalSetup: 'test/e2e/pagesSetup.ts',
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // TensorFlow is loaded once per process and keeps its memory: each file has its own, and few are there at once.
        test: {
          name: 'tensorflow',
          include: [tensorflowTests],
          pool: 'forks',
          isolate: true,
          maxWorkers: together,
          testTimeout: 600_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
