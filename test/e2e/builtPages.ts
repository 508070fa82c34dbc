import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..', '..');

/** Where `serve` looks for the pages. */
export const pagesFolder = join(root, 'dist', 'renderer');

/** Builds the renderer as it is shipped. */
export async function buildPages(): Promise<void> {
  await build({ configFile: join(root, 'vite.config.ts'), root: join(root, 'renderer'), logLevel: 'error' });
}
