import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

const tensorflowTests = 'test/**/*.tf.test.ts';
const rendererTests = 'test/renderer/**/*.test.ts';
const browserTests = 'test/e2e/**/*.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [tensorflowTests, rendererTests, browserTests, 'node_modules/**'],
          pool: 'forks',
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
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // One browser at a time, on the pages as they are shipped.
        test: {
          name: 'browser',
          include: [browserTests],
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
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
