import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '../../../main/library/openLibrary.ts';
import { compareGroups } from '../../../src/analysis/compareGroups.ts';
import { pairIndex } from '../../../src/analysis/disagreement.ts';
import { analyseStudy } from '../../../src/analysis/summary.ts';
import type { RowsChart } from '../../../src/figures/chart.ts';
import type { FigureEdits } from '../../../src/figures/edits.ts';
import type { FigureName } from '../../../src/figures/names.ts';
import { churnDetail } from '../../../src/host/churnDetail.ts';
import { withDirectMeasures } from '../../../src/host/figures/directMeasures.ts';
import { listFigures, makeFigure, type EditableFigure } from '../../../src/host/figures/makeFigure.ts';
import { readStudyAtEpoch } from '../../../src/host/readStudy.ts';
import type { LibraryClient } from '../../../src/library/client.ts';
import { RandomStream } from '../../../src/noise/stream.ts';
import { plottedNumbers } from '../../../src/rendering/numbersTable.ts';
import { storeTrainedStudy } from '../../fixtures/host/trainedStudy.ts';
import { buildStudy, temporaryFolder } from '../../fixtures/library/library.ts';

const file = path.join(temporaryFolder(), 'library.sqlite');
let library: LibraryClient;

beforeAll(async () => {
  library = await openLibrary(file);
  await storeTrainedStudy(library, 'plain', buildStudy({ name: 'Plain "1" & <2>', replicates: 4 }));
});
afterAll(() => library.close());

async function make(
  figure: FigureName,
  given: { study?: string; epoch?: number; edits?: FigureEdits } = {},
): Promise<EditableFigure> {
  const study = await library.study(given.study ?? 'plain');
  const request = { study, figure, epoch: given.epoch ?? null, edits: given.edits ?? {} };
  return withDirectMeasures(library, (measures) => makeFigure(measures, request));
}

async function rowsOf(...given: Parameters<typeof make>): Promise<RowsChart> {
  const { chart } = (await make(...given)).figure;
  if (chart.kind !== 'rows') throw new Error(`${given[0]} has no rows`);
  return chart;
}

async function reasonFor(name: FigureName, study = 'plain'): Promise<string | null | undefined> {
  const listed = await listFigures(library, await library.study(study));
  return listed.find((each) => each.name === name)?.reason;
}

describe('a figure', () => {
  it('shows the numbers of the analysis', async () => {
    const { variants } = analyseStudy(await readStudyAtEpoch(library, 'plain', null));
    const { panels, rows } = await rowsOf('figure1');
    expect(rows.map(({ label }) => label)).toEqual(variants.map(({ name }) => name));
    const values = panels.map(({ cells }) => cells.map(([mark]) => [mark!.value, mark!.low, mark!.high]));
    expect(values).toEqual([
      variants.map(({ accuracy: { sd, sdInterval } }) => [
        sd,
        sdInterval?.low ?? null,
        sdInterval?.high ?? null,
      ]),
      variants.map(({ churn: { mean, interval } }) => [mean, interval?.low ?? null, interval?.high ?? null]),
      variants.map(({ l2: { mean, interval } }) => [mean, interval?.low ?? null, interval?.high ?? null]),
    ]);
    // Something is to be seen at all.
    expect(variants[0]!.accuracy.sd).toBeGreaterThan(0);
    expect(variants[0]!.churn.mean).toBeGreaterThan(0);

    const classes = await rowsOf('classes');
    for (const [index, { label }] of classes.rows.entries()) {
      const drawn = classes.panels[0]!.cells[index]!.map(({ value }) => value);
      const expected = variants.map(({ accuracy, perClassSd }) =>
        label === 'All classes' ? accuracy.sd : perClassSd!.find(({ name }) => name === label)!.sd,
      );
      expect(drawn, label).toEqual(expected);
    }
    const weights = await rowsOf('weights');
    expect(weights.panels[0]!.cells[0]!.map(({ value }) => value)).toEqual(
      variants.map(({ l2 }) => l2.normalizedMean),
    );
  });

  it('shows each replicate', async () => {
    const { panels } = await rowsOf('variance');
    const { variants } = await readStudyAtEpoch(library, 'plain', null);
    for (const [index, { replicates }] of variants.entries()) {
      const dots = panels[0]!.cells[index]![0]!.dots;
      expect(dots).toEqual(
        replicates.map(({ index: replicate, accuracy }) => ({ replicate, value: accuracy })),
      );
    }
    const without = await rowsOf('variance', { edits: { replicates: false } });
    expect(without.panels[0]!.cells.flat().flatMap(({ dots }) => dots)).toEqual([]);
  });

  it('of churn has the matrix and the means of the command line', async () => {
    const { chart } = (await make('churn')).figure;
    if (chart.kind !== 'matrix') throw new Error('not a matrix');
    const detail = await churnDetail(library, 'plain', null);
    expect(chart.size).toBe(16);
    for (const [row, values] of detail.matrix.entries()) {
      for (const [column, value] of values.entries()) {
        if (row < column) expect(chart.values[pairIndex(16, row, column)]).toBe(value);
      }
    }
    for (const { first, second, churn } of detail.between) {
      const names = chart.blocks.map(({ label }) => label);
      expect(chart.means[names.indexOf(first)]![names.indexOf(second)]).toBeCloseTo(churn!, 12);
    }
    expect(chart.means.map((means, index) => means[index])).toEqual(
      detail.variants.map(({ churn }) => churn.mean),
    );
  });

  it('of curves has the epochs that were recorded', async () => {
    const { chart, sources } = (await make('curves')).figure;
    if (chart.kind !== 'curves') throw new Error('not curves');
    const [first] = chart.curves;
    expect(first!.points.map(({ x, y }) => [x, Number(y.toFixed(6))])).toEqual([
      [0, 0.5015],
      [1, 0.5115],
      [2, 0.5215],
      [3, 0.5315],
    ]);
    expect(first!.members.map(({ replicate }) => replicate)).toEqual([0, 1, 2, 3]);
    expect(sources).toEqual([
      {
        study: 'plain',
        name: 'Plain "1" & <2>',
        revision: await library.studyRevision('plain'),
        epoch: null,
      },
    ]);
  });

  it('of a certificate shows where replicates part, and says where none does', async () => {
    const { panels, rows } = await rowsOf('certificate');
    const control = panels[0]!.cells[rows.findIndex(({ label }) => label === 'CONTROL')]![0]!;
    expect(control).toMatchObject({ dots: [], note: 'all 4 bit-identical' });
  });

  it('states n, interval, definition and exclusions', async () => {
    const [replicate] = await library.replicates('plain');
    await library.excludeReplicate(replicate!.id, 'power cut');
    const { caption, chart } = (await make('figure1')).figure;
    expect(caption).toContain('n = 3 (ALGO+IMPL), 4 (ALGO), 4 (IMPL) and 4 (CONTROL) replicates');
    expect(caption).toContain('95 % chi-square interval');
    expect(caption).toContain('95 % delete-one-replicate jackknife with Student t interval');
    expect(caption).toContain('SD divides by n − 1.');
    expect(caption).toContain('Excluded: replicate 1 of ALGO+IMPL (power cut).');
    expect(chart.kind === 'rows' && chart.panels[1]!.cells[0]![0]!.value).toBe(
      analyseStudy(await readStudyAtEpoch(library, 'plain', null)).variants[0]!.churn.mean,
    );
    const matrix = (await make('churn')).figure.chart;
    expect(matrix.kind === 'matrix' && matrix.blocks[0]!.replicates).toEqual([1, 2, 3]);
    const curves = (await make('curves')).figure.chart;
    expect(curves.kind === 'curves' && curves.curves[0]!.members).toHaveLength(3);
    await library.includeReplicate(replicate!.id);
  });

  it('obeys what a person changed', async () => {
    const edits: FigureEdits = {
      title: ' Mine ',
      order: ['CONTROL', 'IMPL'],
      hidden: ['ALGO'],
      labels: { IMPL: 'implementation "noise"', 'Churn (%)': 'Disagreement (%)' },
      palette: 'grey',
    };
    const { figure, labels, series } = await make('figure1', { edits });
    const { chart, title } = figure;
    expect(title).toBe('Mine');
    expect(chart.kind === 'rows' && chart.rows.map(({ label }) => label)).toEqual([
      'CONTROL',
      'implementation "noise"',
      'ALGO+IMPL',
    ]);
    expect(chart.kind === 'rows' && chart.panels[1]!.axis.title).toBe('Disagreement (%)');
    expect(labels).toContain('Churn (%)');
    expect(labels).not.toContain('Disagreement (%)');
    expect(series).toEqual(['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL']);
    // A variant keeps its place in the palette wherever it stands.
    const plain = await rowsOf('figure1', { edits: { palette: 'grey' } });
    const drawn = chart.kind === 'rows' ? chart.panels[0]!.cells[2]![0]!.look : null;
    expect(drawn).toEqual(plain.panels[0]!.cells[0]![0]!.look);
    await expect(make('churn', { edits: { hidden: [...series] } })).rejects.toMatchObject({
      code: 'figure-empty',
    });
  });

  it('has every number that it shows in its CSV file', async () => {
    const { figure } = await make('variance');
    const { header, rows } = plottedNumbers(figure.chart);
    const { variants } = analyseStudy(await readStudyAtEpoch(library, 'plain', null));
    expect(header).toEqual(['measure', 'group', 'row', 'series', 'replicate', 'value', 'low', 'high']);
    const { sd, sdInterval } = variants[1]!.accuracy;
    const deviation = [
      'SD of test accuracy',
      '',
      'ALGO',
      'ALGO',
      null,
      sd,
      sdInterval!.low,
      sdInterval!.high,
    ];
    expect(rows).toContainEqual(deviation);
    expect(rows.filter((row) => row[0] === 'Test accuracy' && row[4] !== null)).toHaveLength(16);
  });
});

describe('figures of several studies', () => {
  it('say what is missing from the library', async () => {
    expect(await reasonFor('variance')).toBeNull();
    expect(await reasonFor('compare')).toMatch(/no other study with predictions on the same test set/);
    expect(await reasonFor('figure2')).toMatch(/the one with it is not in this library/);
    expect(await reasonFor('figure5')).toMatch(/ResNet18 on a data set of 100 classes/);
    expect(await reasonFor('figure8')).toMatch(/Nothing in this library measures overhead/);
    const message = await reasonFor('figure6');
    await expect(make('figure6')).rejects.toMatchObject({ code: 'figure-unavailable', message });
  });

  it('are drawn once they are there, each under its heading', async () => {
    const normalised = buildStudy({ name: 'Normalised', replicates: 3 });
    const network = { name: 'smallcnn', batchNorm: true, dropout: 0 } as const;
    await storeTrainedStudy(library, 'normalised', { ...normalised, task: { ...normalised.task, network } });
    expect(await reasonFor('figure2')).toBeNull();
    const { rows } = await rowsOf('figure2');
    expect(rows.filter(({ isHeading }) => isHeading).map(({ label }) => label)).toEqual([
      'SmallCNN, Small data',
      'SmallCNN with batch norm, Small data',
    ]);
    expect(rows).toHaveLength(10);
    const { figure } = await make('figure1', { study: 'normalised' });
    expect(figure.sources.map(({ study }) => study)).toEqual(['normalised', 'plain']);
    const compared = await rowsOf('compare');
    expect(compared.rows.map(({ label }) => label)).toEqual(['Plain "1" & <2>', 'Normalised']);
    expect(compared.panels[0]!.band).not.toBeNull();
    expect(compared.panels[1]!.cells[0]![0]).toMatchObject({ value: null, note: 'reference' });
  });

  it('compare studies with the first by the numbers of their replicates, and name the test', async () => {
    const { panels } = await rowsOf('compare');
    const [one = [], other = []] = panels[0]!.cells.map(([mark]) => mark!.dots.map(({ value }) => value));
    const expected = compareGroups(one, other, false, RandomStream.named(0, 'unused'));
    const [mark] = panels[1]!.cells[1]!;
    expect(mark!.value).toBeCloseTo(expected.difference!, 12);
    const { low, high } = panels[1]!.extent!;
    for (const shown of [0, mark!.value!, mark!.low!, mark!.high!]) {
      expect(shown).toBeGreaterThan(low);
      expect(shown).toBeLessThan(high);
    }
    const { caption } = (await make('compare')).figure;
    expect(caption).toContain('Differences are from Plain "1" & <2>.');
    expect(caption).toMatch(
      /Normalised differs by [+−]\d+\.\d\d percentage points \(95 % interval [+−]\d.* to [+−]\d.*; (Welch's t|Student's t of pairs that share their seeds), p [=<] [\d.]+; permutation test p [=<] [\d.]+\)/,
    );
    const { rows } = plottedNumbers((await make('compare')).figure.chart);
    expect(rows.filter((row) => row[0] === 'Difference').map((row) => row[2])).toContain('Normalised');
  });

  it('of nothing recorded, or of one replicate, say so', async () => {
    await storeTrainedStudy(library, 'single', buildStudy({ name: 'Single', replicates: 1 }));
    const { panels } = await rowsOf('variance', { study: 'single' });
    expect(panels[1]!.cells.map(([mark]) => [mark!.value, mark!.note])).toEqual(
      Array.from({ length: 4 }, () => [null, 'one replicate']),
    );
    const study = await library.study('single');
    for (const { name, reason } of await listFigures(library, study)) {
      if (reason === null) await expect(make(name, { study: 'single' }), name).resolves.toBeDefined();
    }
  });
});
