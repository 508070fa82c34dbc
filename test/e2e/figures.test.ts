import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fontNames, styleOf } from '../../src/figures/edits.ts';
import { Typeface } from '../../src/rendering/fonts.ts';
import { layOut } from '../../src/rendering/layout.ts';
import { renderFigure } from '../../src/rendering/render.ts';
import { buildFigure, buildRows } from '../fixtures/figures/charts.ts';
import { launchChromium, skippedBecause } from './chromium.ts';

describe.skipIf(skippedBecause !== null)(`an SVG in a browser ${skippedBecause ?? ''}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it.each(fontNames)('has its text in the %s letters that it was measured with', async (font) => {
    const figure = buildFigure(buildRows(['ALGO+IMPL', 'AVATAR fi 0.125 %', 'σ² ± 3 × μ']), {
      title: 'Wave “AV” To',
    });
    const style = styleOf({ font }, 'column');
    const { bytes } = await renderFigure(figure, style, 'svg');
    const page = await browser.newPage();
    await page.setContent(new TextDecoder().decode(bytes));
    const drawn = await page.evaluate(async () => {
      await document.fonts.ready;
      return Array.from(document.querySelectorAll('text'), (text) => [
        text.textContent,
        text.getComputedTextLength(),
      ]);
    });
    const face = Typeface.named(font);
    const measured = layOut(figure, style).items.flatMap((item) =>
      item.kind === 'text' ? [{ text: item.text, width: face.width(item.text, item.size, item.weight) }] : [],
    );
    expect(drawn.map(([text]) => text)).toEqual(measured.map(({ text }) => text));
    for (const [index, { text, width }] of measured.entries()) {
      expect(Math.abs(Number(drawn[index]![1]) - width), text).toBeLessThan(0.02 * width + 0.05);
    }
    await page.close();
  });
});
