#!/usr/bin/env node
/** The `noisefloor` command: sets up what the given command needs, then makes way for it. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './checkout.js';
import { needsPages, needsTensorFlow } from './commands.js';
import { keepCompiledCode } from './compiledCode.js';
import { prepare } from './prepare.js';

const args = process.argv.slice(2);
await prepare({ training: needsTensorFlow(args), pages: needsPages(args, process.stdout.isTTY) });

keepCompiledCode();
const main = join(root, 'main', 'cli', 'main.ts');
process.argv[1] = main;
await import(pathToFileURL(main).href);
