import type { Appearance } from '../figures/appearance.ts';
import type { FigureStyle } from '../figures/edits.ts';
import { Typeface } from './fonts.ts';
import { ink, type Item, type MarkItem, type TextItem, type Weight } from './scene.ts';
import { linesOf } from './textLines.ts';

/** Lines of text stand so far apart, in ems. */
export const leading = 1.2;

/** Collects what is drawn, and knows how wide text is. */
export class Drawing {
  readonly face: Typeface;
  readonly style: FigureStyle;
  readonly width: number;
  readonly items: Item[] = [];

  constructor(style: FigureStyle) {
    this.style = style;
    this.face = Typeface.named(style.font);
    this.width = style.inches * 72;
  }

  text(text: string, x: number, y: number, given: Partial<TextItem> = {}): void {
    if (text === '') return;
    const { size } = this.style;
    this.items.push({
      ...{
        kind: 'text',
        x,
        y,
        text,
        size,
        weight: 'regular',
        anchor: 'start',
        colour: ink,
        isUpright: false,
      },
      ...given,
    });
  }

  line(
    points: readonly number[],
    given: { colour?: string; width?: number; dash?: readonly number[]; opacity?: number } = {},
  ): void {
    const { colour = ink, width = 0.6, dash = [], opacity = 1 } = given;
    this.items.push({ kind: 'line', points, colour, width, dash, opacity });
  }

  area(points: readonly number[], colour: string, opacity = 1): void {
    this.items.push({ kind: 'area', points, colour, opacity });
  }

  rectangle(x: number, y: number, width: number, height: number, colour: string, opacity = 1): void {
    this.area([x, y, x + width, y, x + width, y + height, x, y + height], colour, opacity);
  }

  mark({ shape, colour }: Appearance, x: number, y: number, given: Partial<MarkItem> = {}): void {
    this.items.push({
      ...{
        kind: 'mark',
        shape,
        x,
        y,
        radius: this.markRadius,
        fill: colour,
        edge: '#ffffff',
        edgeWidth: 0.5,
        opacity: 1,
      },
      ...given,
    });
  }

  /** Marks grow with the text, so that slides are not full of specks. */
  get markRadius(): number {
    return this.style.size * 0.32;
  }

  lines(
    text: string,
    width: number,
    most: number,
    size = this.style.size,
    weight: Weight = 'regular',
  ): string[] {
    return linesOf(text, { face: this.face, size, weight, width, most });
  }

  widthOf(text: string, size = this.style.size, weight: Weight = 'regular'): number {
    return this.face.width(text, size, weight);
  }
}
