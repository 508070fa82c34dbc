import { appearances, type Appearance } from './appearance.ts';
import type { FigureEdits, PaletteName } from './edits.ts';

/** Tol (2021), "Colour schemes", muted: for what must not look like the studio's own variants. */
const muted = ['#332288', '#117733', '#882255', '#ddaa33', '#88ccee', '#cc6677', '#999933', '#aa4499'];
/** Apart enough for a printer; shapes and dashes say the rest. */
const greys = ['#1a1a1a', '#555555', '#8a8a8a', '#b0b0b0'];

function recoloured(name: PaletteName): readonly string[] | null {
  if (name === 'muted') return muted;
  return name === 'grey' ? greys : null;
}

/**
 * How each series is drawn. Shapes and dashes stay whatever the palette.
 * @param names every series in the study's own order, so that order and hiding change no colour.
 */
export function looksOf(names: readonly string[], edits: FigureEdits): (name: string) => Appearance {
  const looks = appearances(names);
  const colours = recoloured(edits.palette ?? 'okabe-ito');
  const fallback: Appearance = { colour: '#555555', shape: 'circle', dash: [] };
  return (name) => {
    const look = looks.get(name) ?? fallback;
    const colour = colours?.[names.indexOf(name) % colours.length];
    return colour === undefined ? look : { ...look, colour };
  };
}
