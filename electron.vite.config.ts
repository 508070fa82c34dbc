import { defineConfig } from 'electron-vite';

/** What Electron itself loads; the host runs from its sources, and the pages are those that `serve` shows. */
export default defineConfig({
  main: {
    build: {
      outDir: 'dist/electron/main',
      rolldownOptions: {
        input: 'main/electron/main.ts',
        output: { format: 'es', entryFileNames: 'main.js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'dist/electron/preload',
      // A sandboxed window loads CommonJS only; in a package of modules it has to be named so.
      rolldownOptions: {
        input: 'main/electron/preload.ts',
        output: { format: 'cjs', entryFileNames: 'preload.cjs' },
      },
    },
  },
});
