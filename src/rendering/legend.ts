import type { Appearance } from '../figures/appearance.ts';
import { leading, type Drawing } from './drawing.ts';

/** Names what rows and curves do not; a label without a look is a shaded range. Gives where it ends. */
export function drawLegend(
  drawing: Drawing,
  entries: readonly { readonly label: string; readonly look: Appearance | null }[],
  top: number,
): number {
  if (entries.length === 0) return top;
  const { size } = drawing.style;
  const [sample, gap] = [size * 1.1, size * 1.1];
  let [x, y] = [0, top + size];
  for (const { label, look } of entries) {
    const [text = ''] = drawing.lines(label, drawing.width - sample, 1);
    const width = sample + drawing.widthOf(text);
    if (x > 0 && x + width > drawing.width) [x, y] = [0, y + size * leading];
    if (look === null) drawing.rectangle(x, y - size * 0.65, size * 0.8, size * 0.7, '#000000', 0.14);
    else drawing.mark(look, x + size * 0.4, y - size * 0.3);
    drawing.text(text, x + sample, y);
    x += width + gap;
  }
  return y + size * 0.7;
}
