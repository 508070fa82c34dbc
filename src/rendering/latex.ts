import { decimalsFor } from '../analysis/wording.ts';
import type { Chart, CurvesChart, Figure, MatrixChart, NumberAxis, RowsChart } from '../figures/chart.ts';
import { numberText } from './ticks.ts';

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': "''",
};

/** Symbols that LaTeX has commands for; its usual engine does not know the characters. */
const symbols: Readonly<Record<string, string>> = {
  '\u2212': '-',
  '±': '\\pm',
  '×': '\\times',
  '·': '\\cdot',
  '≤': '\\leq',
  '≥': '\\geq',
  '≈': '\\approx',
  '≠': '\\neq',
  '→': '\\rightarrow',
  '←': '\\leftarrow',
  '∞': '\\infty',
  '²': '^2',
  '³': '^3',
  ...Object.fromEntries(
    Object.entries({
      ...{ α: 'alpha', β: 'beta', γ: 'gamma', δ: 'delta', ε: 'epsilon', ζ: 'zeta', η: 'eta', θ: 'theta' },
      ...{ κ: 'kappa', λ: 'lambda', μ: 'mu', µ: 'mu', ν: 'nu', ξ: 'xi', π: 'pi', ρ: 'rho', σ: 'sigma' },
      ...{ τ: 'tau', φ: 'phi', χ: 'chi', ψ: 'psi', ω: 'omega', Γ: 'Gamma', Δ: 'Delta', Θ: 'Theta' },
      ...{ Λ: 'Lambda', Ξ: 'Xi', Π: 'Pi', Σ: 'Sigma', Φ: 'Phi', Ψ: 'Psi', Ω: 'Omega' },
    }).map(([letter, name]) => [letter, `\\${name}`]),
  ),
};

/** Any text as it may stand in a LaTeX document. */
export function escapedLatex(text: string): string {
  return Array.from(text.toWellFormed().replace(/\p{Control}+/gu, ' '), (character) => {
    const symbol = symbols[character];
    return escapes[character] ?? (symbol === undefined ? character : `$${symbol}$`);
  }).join('');
}

/** Letters beyond Latin need an engine that takes them from a font. */
const otherScripts = /(?!\p{Script=Latin})\p{Letter}/u;

/** Heading and rows of a table; a row of one cell is a heading over those that follow. */
interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * A figure's numbers as a booktabs table with the figure's caption.
 * @param about lines that say what it was made from.
 */
export function latexOf({ figure, title, caption, chart }: Figure, about: readonly string[]): string {
  const { header, rows } = tableOf(chart);
  const columns = header.length;
  const body = rows.map((row) =>
    row.length === 1 && columns > 1
      ? `\\multicolumn{${columns}}{l}{\\textbf{${escapedLatex(row[0] ?? '')}}} \\\\`
      : `${row.map(escapedLatex).join(' & ')} \\\\`,
  );
  const described = title === null ? caption : `${title}. ${caption}`;
  const needsEngine = otherScripts.test(escapedLatex([described, ...rows.flat()].join(' ')));
  return [
    ...about.map((line) => `% ${line.replace(/\s+/g, ' ')}`),
    '% Needs \\usepackage{booktabs}.',
    ...(needsEngine ? ['% Text in other scripts needs XeLaTeX or LuaLaTeX and a font that has them.'] : []),
    '\\begin{table}[t]',
    '  \\centering',
    `  \\caption{${escapedLatex(described)}}`,
    `  \\label{tab:${figure}}`,
    `  \\begin{tabular}{l${'r'.repeat(Math.max(0, columns - 1))}}`,
    '    \\toprule',
    `    ${header.map(escapedLatex).join(' & ')} \\\\`,
    '    \\midrule',
    ...body.map((line) => `    ${line}`),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

function tableOf(chart: Chart): Table {
  switch (chart.kind) {
    case 'rows':
      return rowsTable(chart);
    case 'curves':
      return curvesTable(chart);
    case 'matrix':
      return matrixTable(chart);
  }
}

/** A line a row, or a line a series where a row has several. */
function rowsTable({ rows, panels }: RowsChart): Table {
  const hasSeries = panels.some(({ cells }) => cells.some((marks) => marks.length > 1));
  return {
    header: ['', ...(hasSeries ? [''] : []), ...panels.map(({ axis }) => axis.title)],
    rows: rows.flatMap((row, index) => {
      if (row.isHeading) return [[row.label]];
      const marks = panels.map(({ axis, cells }) => ({ axis, own: cells[index] ?? [] }));
      const lines = Math.max(1, ...marks.map(({ own }) => own.length));
      return Array.from({ length: lines }, (_, line) => [
        line === 0 ? row.label : '',
        ...(hasSeries ? [marks[0]?.own[line]?.series ?? ''] : []),
        ...marks.map(({ axis, own }) => measuredText(axis, own[line])),
      ]);
    }),
  };
}

/** The end of every curve: all of its points belong into a CSV file. */
function curvesTable({ y, curves }: CurvesChart): Table {
  return {
    header: ['', 'Epoch', y.title],
    rows: curves.flatMap(({ label, points }) => {
      const last = points.at(-1);
      if (last === undefined) return [];
      return [
        [label, numberText(last.x, 0), measuredText(y, { value: last.y, low: last.low, high: last.high })],
      ];
    }),
  };
}

function matrixTable({ axis, blocks, means }: MatrixChart): Table {
  return {
    header: [axis.title, ...blocks.map(({ label }) => label)],
    rows: blocks.map(({ label }, row) => [
      label,
      ...blocks.map((_, column) => {
        const mean = means[row]?.[column] ?? null;
        return mean === null ? '–' : numberText(mean * axis.scale, decimalsFor(mean * axis.scale, null));
      }),
    ]),
  };
}

interface Measured {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** `0.31 [0.16, 1.95]`, as precise as the interval allows. */
function measuredText({ scale }: NumberAxis, measured: Measured | undefined): string {
  if (measured === undefined || measured.value === null) return '–';
  const value = measured.value * scale;
  if (measured.low === null || measured.high === null) {
    return numberText(value, Number.isInteger(value) ? 0 : decimalsFor(value, null));
  }
  const [low, high] = [measured.low * scale, measured.high * scale];
  const decimals = decimalsFor(value, { low, high });
  return `${numberText(value, decimals)} [${numberText(low, decimals)}, ${numberText(high, decimals)}]`;
}
