import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** The studio's pages: one bundle for a browser (`serve`) and for the window. */
export default defineConfig({
  root: 'renderer',
  // Relative, so that the same build is served over HTTP and from a file.
  base: './',
  plugins: [vue()],
  cacheDir: '../node_modules/.cache/vite',
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2024',
    // Data URLs are refused by the studio's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
});
