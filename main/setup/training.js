#!/usr/bin/env node
/** Sets up what training needs and says so on the way; the studio starts it in a process of its own. */

import { prepare } from './prepare.js';

await prepare({ training: true, pages: false });
