import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';

const root = join(import.meta.dirname, '..', '..');

/** Where `serve` looks for the pages. */
export const pagesFolder = join(root, 'dist', 'renderer');

/** In the environment, which the processes of test files take over: whether the pages were built for this run. */
const built = 'NOISEFLOOR_TEST_PAGES';

/** Builds the renderer as it is shipped, once a run: other test files may have it open. */
export async function buildPages(): Promise<void> {
  if (process.env[built] !== undefined) return;
  await build({ configFile: join(root, 'vite.config.ts'), root: join(root, 'renderer'), logLevel: 'error' });
  process.env[built] = pagesFolder;
}

/** Builds what Electron itself loads. */
export async function buildDesktop(): Promise<void> {
  const builder = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  await promisify(execFile)(process.execPath, [builder, 'build'], { cwd: root });
}
