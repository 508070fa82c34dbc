import colours from 'picocolors';

/** Makes a piece of text look different, without changing how wide it is. */
export type Paint = (text: string) => string;

const ownVariantPaints: readonly Paint[] = [colours.green, colours.magenta, colours.cyan];

/** The colour of a variant: the paper's four keep theirs, others take turns. */
export function variantPaint(name: string, position: number): Paint {
  switch (name) {
    case 'ALGO+IMPL':
      return colours.red;
    case 'ALGO':
      return colours.blue;
    case 'IMPL':
      return colours.yellow;
    case 'CONTROL':
      return colours.gray;
    default:
      return ownVariantPaints[position % ownVariantPaints.length] ?? colours.white;
  }
}
