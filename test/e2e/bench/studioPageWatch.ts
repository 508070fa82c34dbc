import type { Page } from 'playwright-core';

/** Milliseconds from an input event until frames are shown. */
export interface InputTimes {
  /** The first in which anything has changed. */
  readonly first: number;
  /** The one after which nothing changes any more. */
  readonly last: number;
}

/** What the watch puts on a page's window. */
interface Watched extends Window {
  noisefloorWatch: {
    arm(): void;
    settled(): Promise<InputTimes>;
    shown(selector: string, text: string): Promise<number>;
    longest(): number;
  };
}

/** Runs in the page before anything of its own: notices every change of the document and of canvases, and when frames are shown. */
function install(): void {
  let lastChange = 0;
  let changed = false;
  let input: number | null = null;
  let shownAfterChange: number | null = null;
  let lastShown = 0;
  let firstShown: number | null = null;
  let quietFrames = 0;
  let longest = 0;
  const note = (): void => {
    lastChange = performance.now();
    changed = true;
    shownAfterChange = null;
    quietFrames = 0;
  };
  new MutationObserver(note).observe(document, {
    subtree: true,
    childList: true,
    attributes: true,
    characterData: true,
  });
  // Every redraw of a chart begins by clearing its canvas.
  const prototype = CanvasRenderingContext2D.prototype;
  const clear: unknown = Reflect.get(prototype, 'clearRect');
  prototype.clearRect = function (x, y, width, height): void {
    note();
    if (typeof clear === 'function') Reflect.apply(clear, this, [x, y, width, height]);
  };
  const frame = (): void => {
    // A message posted from a frame arrives when that frame has been shown.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const now = performance.now();
      lastShown = now;
      if (input !== null && changed) firstShown ??= now;
      if (now > lastChange && shownAfterChange === null) shownAfterChange = now;
      else quietFrames += 1;
      port1.close();
      requestAnimationFrame(frame);
    };
    port2.postMessage(null);
  };
  requestAnimationFrame(frame);
  for (const kind of ['pointerdown', 'keydown'] as const) {
    const arrived = (event: Event): void => {
      if (input !== null) return;
      input = event.timeStamp;
      changed = false;
      firstShown = null;
    };
    window.addEventListener(kind, arrived, { capture: true });
  }
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  }).observe({ type: 'longtask', buffered: true });

  const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
  (window as unknown as Watched).noisefloorWatch = {
    arm: () => {
      input = null;
      changed = false;
      firstShown = null;
      quietFrames = 0;
    },
    settled: async () => {
      const until = performance.now() + 10_000;
      while (performance.now() < until) {
        if (input !== null && changed && shownAfterChange !== null && quietFrames >= 8) {
          return { first: (firstShown ?? shownAfterChange) - input, last: shownAfterChange - input };
        }
        await nextTurn();
      }
      throw new Error(
        input === null ? 'No input arrived.' : 'Nothing changed, or the page never came to rest.',
      );
    },
    shown: async (selector, text) => {
      const until = performance.now() + 30_000;
      while (performance.now() < until) {
        const found = [...document.querySelectorAll(selector)].some((element) =>
          (element.textContent || element.getAttribute('aria-label') || '').includes(text),
        );
        if (found) {
          const seen = performance.now();
          while (lastShown < seen) await nextTurn();
          return performance.timeOrigin + lastShown;
        }
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      throw new Error(`Nothing that matches ${selector} says ${text}.`);
    },
    longest: () => longest,
  };
}

/** Watches every document that the page will open. */
export async function watchPage(page: Page): Promise<void> {
  await page.addInitScript(install);
}

/** Does something by a real input event, and waits until the page is at rest again. */
export async function timeInput(page: Page, act: (page: Page) => Promise<void>): Promise<InputTimes> {
  await page.evaluate(() => {
    (window as unknown as Watched).noisefloorWatch.arm();
  });
  await act(page);
  return page.evaluate(() => (window as unknown as Watched).noisefloorWatch.settled());
}

/** @returns when an element with a text was on the screen, in milliseconds since 1970. */
export async function whenShown(page: Page, selector: string, text: string): Promise<number> {
  return page.evaluate(
    ([wanted, words]) => (window as unknown as Watched).noisefloorWatch.shown(wanted, words),
    [selector, text] as const,
  );
}

/** The longest task on the page's thread since the document was opened, in milliseconds; below 50 there is none. */
export function longestTask(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as Watched).noisefloorWatch.longest());
}
