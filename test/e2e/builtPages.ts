import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';

const root = join(import.meta.dirname, '..', '..');

/** Where `serve` looks for the pages. */
export const pagesFolder = join(root, 'dist', 'renderer');

/** Builds the renderer as it is shipped. */
export async function buildPages(): Promise<void> {
  await build({ configFile: join(root, 'vite.config.ts'), root: join(root, 'renderer'), logLevel: 'error' });
}

/** Builds what Electron itself loads. */
export async function buildDesktop(): Promise<void> {
  const builder = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  await promisify(execFile)(process.execPath, [builder, 'build'], { cwd: root });
}
