/** Brings this machine to where a command can run: the right Node, the npm packages and what else it needs. */

import { continueWith, ensureNode, nodeIsRight } from './nodeRuntime.js';
import { interruptible } from './interruption.js';
import { explain } from './messages.js';

/**
 * Returns at once when everything is current. Under a Node that is too old the whole program runs again
 * under the right one, and this never returns. A failure is printed and ends the process with exit code 1.
 * @param {{ training: boolean, pages: boolean }} needs TensorFlow, and the built pages of the studio
 * @returns {Promise<void>}
 */
export async function prepare(needs) {
  try {
    if (!nodeIsRight()) await continueWith(await interruptible(ensureNode));
    await interruptible(async () => {
      // The modules behind these need the right Node.
      const { ensurePackages } = await import('./packages.js');
      await ensurePackages();
      if (needs.pages) {
        const { ensurePages } = await import('./pages.js');
        await ensurePages();
      }
      if (needs.training) {
        const { ensureTensorFlow } = await import('./tensorflow.js');
        await ensureTensorFlow();
      }
    });
  } catch (error) {
    process.stderr.write(explain(error));
    process.exit(1);
  }
}
