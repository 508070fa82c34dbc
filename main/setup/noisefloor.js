#!/usr/bin/env node
/** The `noisefloor` command: sets up what the given command needs, then makes way for it. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './checkout.js';
import { needsTensorFlow } from './commands.js';
import { prepare } from './prepare.js';

await prepare({ training: needsTensorFlow(process.argv.slice(2)) });

const main = join(root, 'main', 'cli', 'main.ts');
process.argv[1] = main;
await import(pathToFileURL(main).href);
