/** A Chromium for the browser tests: found, or installed from Debian's packages where that works. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './child.js';
import { withProgress } from './progress.js';
import { findProgram } from './search.js';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Installs a Chromium where there is none and this process may. Without one the browser tests say that they are
 * skipped, so a failure here is no reason to stop.
 * @returns {Promise<void>}
 */
export async function ensureChromium() {
  const isRoot = process.getuid?.() === 0;
  if (hasChromium() || !isRoot || findProgram('apt-get') === null) return;
  await withProgress('Chromium for the browser tests', null, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await runTool('apt-get', ['update', '-q'], { env });
    await runTool('apt-get', ['install', '-y', '-q', 'chromium'], { env });
  });
}

/** @returns {boolean} */
function hasChromium() {
  const named = process.env['NOISEFLOOR_CHROMIUM'];
  if (named !== undefined && named !== '') return existsSync(named);
  return names.some((name) => findProgram(name) !== null || existsSync(join('/usr/bin', name)));
}
