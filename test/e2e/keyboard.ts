import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** More stops than any page has: whoever goes round once without finding something will not find it. */
const mostStops = 150;

/** Works on a page by keyboard alone, as somebody who looks: wherever the focus stops, it must be seen. */
export class KeyboardUser {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  /** Types into whatever has the focus, in place of what stood there. */
  async write(text: string): Promise<void> {
    await this.press('Control+a');
    await this.#page.keyboard.type(text);
  }

  /** Goes on by Tab until the focus is where it is wanted, however many stops lie between. */
  async reach(wanted: Locator): Promise<void> {
    await wanted.waitFor();
    for (let stop = 0; stop < mostStops; stop += 1) {
      if (await hasFocus(wanted)) return;
      await this.press('Tab');
      expect(await this.#hiddenFocus()).toBeNull();
    }
    throw new Error(`Tab never came to ${wanted.toString()}.`);
  }

  /** Reaches a control and presses it. */
  async use(wanted: Locator, key = 'Enter'): Promise<void> {
    await this.reach(wanted);
    await this.press(key);
  }

  /** The focus has been put there, or is about to be, without Tab. */
  async isAt(wanted: Locator): Promise<void> {
    await expect.poll(() => hasFocus(wanted), { timeout: 15_000 }).toBe(true);
  }

  /** What has the focus without anybody seeing so, in words; null where it is seen. */
  async #hiddenFocus(): Promise<string | null> {
    return this.#page.evaluate(() => {
      const focused = document.activeElement;
      // Between the last stop and the first the focus is the browser's own.
      if (focused === null || focused === document.body) return null;
      const name = `${focused.outerHTML.slice(0, 120)} …`;
      const style = getComputedStyle(focused);
      const isMarked =
        focused.matches(':focus-visible') &&
        style.outlineStyle !== 'none' &&
        parseFloat(style.outlineWidth) > 0;
      if (!isMarked) return `not marked: ${name}`;
      const { left, right, top, bottom } = focused.getBoundingClientRect();
      const across = [0.5, 0.1, 0.9].map((part) => left + part * (right - left));
      const down = [0.5, 0.1, 0.9].map((part) => top + part * (bottom - top));
      const isSeen = across.some((x) =>
        down.some((y) => {
          const front = document.elementFromPoint(x, y);
          return front !== null && (focused.contains(front) || front.contains(focused));
        }),
      );
      return isSeen ? null : `out of sight: ${name}`;
    });
  }
}

function hasFocus(wanted: Locator): Promise<boolean> {
  return wanted.evaluate((element) => element === element.ownerDocument.activeElement);
}
