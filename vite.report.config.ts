import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The pages of a report: one script and one sheet of styles, which are put into its file. */
export default defineConfig({
  root: 'renderer',
  plugins: [vue()],
  cacheDir: '../node_modules/.cache/vite-report',
  publicDir: false,
  build: {
    outDir: '../dist/report',
    emptyOutDir: true,
    target: 'es2024',
    // Fonts go into the styles: there is nothing beside a report.
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    modulePreload: false,
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      input: 'renderer/report.ts',
      output: {
        format: 'es',
        entryFileNames: 'report.js',
        assetFileNames: 'report[extname]',
        codeSplitting: false,
      },
    },
  },
});
