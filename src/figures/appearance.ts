/** How a variant is drawn: the same everywhere, in both themes. Shape and dash repeat what the colour says. */
export interface Appearance {
  readonly colour: string;
  readonly shape: 'circle' | 'rect' | 'triangle' | 'diamond';
  /** Lengths of strokes and gaps in pixels; empty for an unbroken line. */
  readonly dash: readonly number[];
}

/** Okabe and Ito (2008), "Color universal design"; the grey is darkened to stand out from white. */
const paper: Readonly<Record<string, Appearance>> = {
  'ALGO+IMPL': { colour: '#d55e00', shape: 'circle', dash: [] },
  ALGO: { colour: '#0072b2', shape: 'rect', dash: [7, 3] },
  IMPL: { colour: '#e69f00', shape: 'triangle', dash: [2, 3] },
  CONTROL: { colour: '#7f7f7f', shape: 'diamond', dash: [8, 3, 2, 3] },
};

const shapes = ['circle', 'rect', 'triangle', 'diamond'] as const;
const dashes = [[], [7, 3], [2, 3], [8, 3, 2, 3]] as const;

/** What own variants take, in the order in which the study names them. */
const others = ['#009e73', '#cc79a7', '#56b4e9', '#b39b00', '#7a5195', '#a6611a'] as const;

/** @param names every variant of the study, in its order. */
export function appearances(names: readonly string[]): ReadonlyMap<string, Appearance> {
  const result = new Map<string, Appearance>();
  let own = 0;
  for (const name of names) {
    const known = paper[name.toUpperCase()];
    if (known !== undefined) {
      result.set(name, known);
      continue;
    }
    const round = Math.floor(own / others.length);
    result.set(name, {
      colour: others[own % others.length] ?? others[0],
      shape: shapes[(own + round) % shapes.length] ?? 'circle',
      dash: dashes[(own + round) % dashes.length] ?? [],
    });
    own += 1;
  }
  return result;
}
