import { buildPages } from './builtPages.ts';
import { skippedBecause } from './chromium.ts';

/** What vitest does before the first browser test: all of them open the same pages. */
export default async function setup(): Promise<void> {
  if (skippedBecause === null) await buildPages();
}
