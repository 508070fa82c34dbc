/** Where Node keeps what it compiled of this checkout: a command starts in half the time when its code is there. */

import module from 'node:module';
import { join } from 'node:path';
import { root } from './checkout.js';

/**
 * Compiled code is kept from here on, by this process and all that it starts. Where it cannot be written, or this Node
 * keeps none, everything works as it does without.
 * @returns {void}
 */
export function keepCompiledCode() {
  process.env['NODE_COMPILE_CACHE'] ??= join(root, 'node_modules', '.cache', 'node');
  if ('enableCompileCache' in module) module.enableCompileCache(process.env['NODE_COMPILE_CACHE']);
}
