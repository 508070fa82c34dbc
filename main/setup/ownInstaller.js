/**
 * Where TensorFlow's makers publish no wheel with a usable library (Windows, Intel Macs), tfjs-node's own
 * installer is the way: an older TensorFlow, fetched from the package's own host.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { machineKind, root } from './checkout.js';
import { runTool } from './child.js';
import { lastLines, say, SetupError } from './messages.js';
import { withProgress } from './progress.js';

const bindingPackage = join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');

/**
 * @returns {boolean} whether the installer has left a binding in the package's folder
 */
export function ownInstallerIsDone() {
  return existsSync(join(bindingPackage, 'lib', 'napi-v8', 'tfjs_binding.node'));
}

/**
 * @param {import('./flavour.js').Flavour} flavour
 * @returns {Promise<void>}
 * @throws {SetupError}
 */
export async function ensureOwnInstaller(flavour) {
  say(
    `no TensorFlow wheel fits ${machineKind}: using tfjs-node's own installer, which brings an older TensorFlow`,
  );
  const result = await withProgress("tfjs-node's installer", null, () =>
    runTool(process.execPath, [join('scripts', 'install.js'), flavour, 'download'], { cwd: bindingPackage }),
  );
  if (result.code === 0 && ownInstallerIsDone()) return;
  throw new SetupError("tfjs-node's own installer could not bring TensorFlow", {
    where: `${bindingPackage} (${machineKind})`,
    detail: lastLines(result.stderr + result.stdout),
    fix: 'check the network and run the same command again; on Windows, training also works under WSL, on any machine with Linux x64 or arm64, or on a Mac with Apple silicon. Looking at, importing and exporting studies needs no TensorFlow',
  });
}
