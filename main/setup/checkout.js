/** Where this checkout lies, and the one key of this machine's kind. */

import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** Such as `linux-x64`. */
export const machineKind = `${process.platform}-${process.arch}`;
