import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * @param rules all of them, or those about colour: the others do not depend on the theme.
 * @returns what axe finds wrong with a page as it is: each rule with the elements that break it.
 */
export async function violations(page: Page, rules: 'all' | 'colour' = 'all'): Promise<string[]> {
  // Evaluated by the debugger, which the page's content security policy does not reach.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  return page.evaluate(
    async (only) => {
      const { axe: checker } = window as unknown as {
        axe: {
          run(
            options: object,
          ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
        };
      };
      const results = await checker.run({
        resultTypes: ['violations'],
        ...(only.length > 0 ? { runOnly: { type: 'rule', values: only } } : {}),
      });
      return results.violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, failureSummary }) => `${html} (${failureSummary})`).join('; ')}`,
      );
    },
    rules === 'colour' ? ['color-contrast', 'link-in-text-block'] : [],
  );
}

/** Pictures take another size and other colours in the frames after the page has. */
async function nextFrames(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      ),
  );
}

/** @returns what is wrong with a page as it is in the light theme and in the dark one, and with its width in a small window. */
export async function faults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme="${theme}"]`).waitFor();
    await nextFrames(page);
    const broken = await violations(page, theme === 'light' ? 'all' : 'colour');
    found.push(...broken.map((each) => `${theme} theme, ${each}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1024, height: 700 });
  await nextFrames(page);
  const overflow = await page.locator('main').evaluate((main) => main.scrollWidth - main.clientWidth);
  await page.setViewportSize({ width: 1440, height: 900 });
  if (overflow > 0) found.push(`scrolls sideways by ${String(overflow)} pixels in a small window`);
  return found;
}
