import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fontkit from 'fontkit';
import type { FontName } from '../figures/edits.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { Weight } from './scene.ts';
import { hasForeignCharacters, outlineOf } from './foreignText.ts';

/** A font that is shipped with the studio. */
interface ShippedFont {
  readonly family: string;
  readonly files: Readonly<Record<Weight, string>>;
}

const resource = (name: string): string =>
  fileURLToPath(new URL(`../../resources/fonts/${name}`, import.meta.url));

const shipped: Readonly<Record<FontName, ShippedFont>> = {
  sans: {
    family: 'Source Sans 3',
    files: { regular: resource('SourceSans3-Regular.ttf'), bold: resource('SourceSans3-SemiBold.ttf') },
  },
  serif: {
    family: 'STIX Two Text',
    files: { regular: resource('STIXTwoText-Regular.ttf'), bold: resource('STIXTwoText-SemiBold.ttf') },
  },
};

/** Measures text, by the very files that it is drawn with. */
export class Typeface {
  readonly family: string;
  readonly files: Readonly<Record<Weight, string>>;
  readonly #fonts = new Map<Weight, fontkit.Font>();
  readonly #widths = new Map<string, number>();

  private constructor({ family, files }: ShippedFont) {
    this.family = family;
    this.files = files;
  }

  static readonly #known = new Map<FontName, Typeface>();

  static named(name: FontName): Typeface {
    const known = Typeface.#known.get(name) ?? new Typeface(shipped[name]);
    Typeface.#known.set(name, known);
    return known;
  }

  /** How wide a line of text is, in points. */
  width(text: string, size: number, weight: Weight = 'regular'): number {
    const key = `${weight}\n${text}`;
    let width = this.#widths.get(key);
    if (width === undefined) {
      width = this.lacks(text, weight)
        ? outlineOf(this, text, weight).width
        : this.#font(weight).layout(text).advanceWidth / this.#font(weight).unitsPerEm;
      if (this.#widths.size > mostWidths) this.#widths.clear();
      this.#widths.set(key, width);
    }
    return width * size;
  }

  /** Whether the font has no glyph for some character. */
  lacks(text: string, weight: Weight): boolean {
    return hasForeignCharacters(text, (code) => this.#font(weight).hasGlyphForCodePoint(code));
  }

  #font(weight: Weight): fontkit.Font {
    const known = this.#fonts.get(weight);
    if (known !== undefined) return known;
    const file = this.files[weight];
    const font = fontkit.create(readFileSync(file));
    if (!('layout' in font)) {
      throw new NoisefloorError(
        'font-unreadable',
        `The shipped font ${file} is not one font. Install Noisefloor again.`,
      );
    }
    this.#fonts.set(weight, font);
    return font;
  }
}

const mostWidths = 20_000;
