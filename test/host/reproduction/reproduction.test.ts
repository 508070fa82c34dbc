import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLibrary } from '../../../main/library/openLibrary.ts';
import { figureCsv, figureRows, measureOf } from '../../../src/host/reproduction/figureFile.ts';
import {
  planReproduction,
  refuseMissingData,
  type ReproductionOptions,
} from '../../../src/host/reproduction/reproductionPlan.ts';
import { trainTasks } from '../../../src/host/reproduction/trainTasks.ts';
import type { LibraryClient } from '../../../src/library/client.ts';
import { applyOverrides } from '../../../src/study/overrides.ts';
import { paperFigures, paperTasks, type PaperFigure } from '../../../src/study/paperFigures.ts';
import { planReplicates } from '../../../src/study/plan.ts';
import { presetNamed } from '../../../src/study/presets.ts';
import type { Study } from '../../../src/study/study.ts';
import { withImplementationNoise } from '../../../src/study/variant.ts';
import { storeTrainedStudy } from '../../fixtures/host/trainedStudy.ts';
import { failureOf } from '../../study/failure.ts';
import { temporaryFolder } from '../../fixtures/library/library.ts';

const folder = temporaryFolder();
let library: LibraryClient;

/** A preset as the command line makes it; few epochs, so that storing one is quick. */
const studyOf = (name: string, overrides: readonly string[] = []): Study =>
  applyOverrides(presetNamed(name).study, ['recipe.epochs=3', 'record.checkpoints="last"', ...overrides]);

const options = (figure: PaperFigure, given: Partial<ReproductionOptions> = {}): ReproductionOptions => ({
  ...{ figure, tasks: null, mini: true, known: [], withData: (preset) => preset },
  studyOf: (preset) =>
    Promise.resolve(applyOverrides(preset.study, ['recipe.epochs=3', 'record.checkpoints="last"'])),
  ...given,
});

beforeAll(async () => {
  library = await openLibrary(path.join(folder, 'library.sqlite'));
});
afterAll(() => library.close());

describe('a reproduction', () => {
  it('is of the systems that the paper shows, each called as the reference calls it', () => {
    expect(
      paperFigures.figure1.map((name) => `${paperTasks[name].network} ${paperTasks[name].dataset}`),
    ).toEqual(['SmallCNN CIFAR10', 'ResNet18 CIFAR10', 'ResNet18 CIFAR100', 'ResNet50 ImageNet']);
  });

  it('trains what is not there, with estimates, three of the four variants', async () => {
    const plan = await planReproduction(library, options('figure2'));
    expect(plan.tasks.map(({ preset, match }) => [preset, match])).toEqual([
      ['smallcnn-cifar10-bn-mini', null],
      ['smallcnn-cifar10-mini', null],
    ]);
    const [first] = plan.tasks;
    expect(first?.study.variants.map(({ name }) => name)).toEqual(['ALGO+IMPL', 'ALGO', 'IMPL']);
    expect(first?.time).toMatchObject({ basis: 'counted', replicates: null });
    expect(first?.time?.seconds).toBeGreaterThan(0);
    // Nine checkpoints of the last epoch, 16,042 numbers each, are in the folders and in the library.
    expect(first?.bytes).toBeGreaterThan(2 * 9 * 4 * 16_042);
  });

  it('says what to fetch before anything starts, and takes a subset', async () => {
    const plan = await planReproduction(
      library,
      options('figure1', {
        mini: false,
        studyOf: (preset) => Promise.resolve(applyOverrides(preset.study, ['record.checkpoints="last"'])),
      }),
    );
    expect(plan.tasks.slice(0, 3).map(({ needs }) => needs)).toEqual([
      expect.stringContaining('"noisefloor datasets download cifar-10"'),
      expect.stringContaining('"noisefloor datasets download cifar-10"'),
      expect.stringContaining('"noisefloor datasets download cifar-100"'),
    ]);
    expect(() => refuseMissingData(plan)).toThrow(
      /smallcnn-cifar10 and resnet18-cifar10 need .*; resnet18-cifar100 needs/,
    );
    const one = await planReproduction(library, options('figure1', { tasks: ['resnet18-cifar100'] }));
    expect(one.tasks.map(({ name }) => name)).toEqual(['resnet18-cifar100']);
    await expect(
      planReproduction(library, options('figure2', { tasks: ['resnet18-celeba'] })),
    ).rejects.toThrow(
      'figure2 does not show resnet18-celeba; it shows smallcnn-cifar10-bn and smallcnn-cifar10.',
    );
  });

  it('goes on with what is begun, reuses what is finished, and leaves what differs alone', async () => {
    const fitting = studyOf('smallcnn-cifar10-mini');
    const noisy = (study: Study): Study => ({
      ...study,
      variants: withImplementationNoise(study.variants, 'configuration'),
    });
    const planFor = async () => {
      const { tasks } = await planReproduction(library, options('figure2'));
      return tasks.map(({ match }) =>
        match === null ? null : [match.detail.id, match.isEnough, match.finished],
      );
    };
    await storeTrainedStudy(
      library,
      'other-recipe',
      studyOf('smallcnn-cifar10-mini', ['recipe.batchSize=64']),
    );
    await storeTrainedStudy(library, 'too-few', studyOf('smallcnn-cifar10-mini', ['replicates=2']));
    await storeTrainedStudy(library, 'other-data', studyOf('smallcnn-cifar10-mini', ['dataset.seed=4']));
    expect(await planFor()).toEqual([null, null]);
    const begun = noisy(studyOf('smallcnn-cifar10-bn-mini'));
    const planned = planReplicates(begun, 'begun', null);
    await library.createStudy(begun, planned, null);
    // Names do not matter, only what varies.
    const renamed = fitting.variants.map((variant) => ({ ...variant, name: `my ${variant.name}` }));
    await storeTrainedStudy(library, 'finished', noisy({ ...fitting, variants: renamed }));
    expect(await planFor()).toEqual([
      ['begun', false, 0],
      ['finished', true, 9],
    ]);
  });

  it('trains through whoever it is given, and ends where training does', async () => {
    const plan = await planReproduction(library, options('figure2'));
    const asked: unknown[] = [];
    const trainer = {
      begin: () => Promise.reject(new Error('Nothing has to be begun.')),
      goOn: (study: { id: string }, only: readonly string[]) => {
        asked.push([study.id, only.length]);
        return library.study(study.id);
      },
    };
    const result = await trainTasks(library, plan, trainer);
    expect(asked).toEqual([['begun', 9]]);
    expect(result).toMatchObject({ unfinished: { id: 'begun' } });
  });
});

describe('the file of a figure', () => {
  const rowsOf = async (figure: PaperFigure, asReference: boolean) => {
    const plan = await planReproduction(library, options(figure, { tasks: ['smallcnn-cifar10'] }));
    const trained = plan.tasks.flatMap(({ match, ...task }) => (match === null ? [] : [{ ...task, match }]));
    expect(trained).toHaveLength(1);
    return figureRows(library, figure, trained, asReference);
  };

  it('has the columns and the order of the reference', async () => {
    const csv = figureCsv('figure1', await rowsOf('figure1', false))
      .trim()
      .split('\n');
    expect(csv[0]).toBe('Network,Dataset,Metric,Setting,Value');
    expect(csv.slice(1).map((line) => line.replace(/,[^,]*$/, ''))).toEqual(
      ['STDDEV(Accuracy)', 'Churn', 'L2 Norm'].flatMap((metric) =>
        ['Default', 'ALGO', 'IMPL'].map((setting) => `SmallCNN,CIFAR10,${metric},${setting}`),
      ),
    );
    expect(figureCsv('figure2', await rowsOf('figure2', false))).toMatch(
      /^Metric,Setting,BN,Value\nSTDDEV\(Accuracy\),Default,No,/,
    );
    expect(figureCsv('figure3', await rowsOf('figure3', false))).toMatch(/\nSmallCNN,CIFAR10,Ratio,Default,/);
  });

  it('holds what the definitions say, and by the reference what its script says', async () => {
    const right = await rowsOf('figure1', false);
    const faulty = await rowsOf('figure1', true);
    const valueOf = (rows: typeof right, metric: string, setting = 'Default'): number =>
      rows.find((row) => row.metric === metric && row.setting === setting)?.value ?? Number.NaN;
    for (const setting of ['Default', 'ALGO', 'IMPL']) {
      expect(valueOf(faulty, 'Churn', setting)).toBeCloseTo(1 - valueOf(right, 'Churn', setting), 12);
    }
    // The last accuracies that were recorded are 0.52, 0.521 and 0.522; those of the predictions differ.
    expect(valueOf(faulty, 'STDDEV(Accuracy)')).toBeCloseTo(Math.sqrt(2 / 3) / 1000, 12);
    // Weights [i, 1, 2, 3] of replicate i, moving statistics none: 1, 2 and 1 apart, and on average 4 / 3.
    expect(valueOf(faulty, 'L2 Norm')).toBeCloseTo(4 / 3, 6);
    expect(valueOf(right, 'L2 Norm')).toBeLessThan(2);
    expect(valueOf(right, 'L2 Norm')).not.toBeCloseTo(4 / 3, 2);
  });

  it('is not computed as the reference where that only trains', () => {
    expect(failureOf(() => measureOf('figure3', true)).code).toBe('invalid-reproduction');
    expect(failureOf(() => measureOf('figure4', true)).code).toBe('invalid-reproduction');
  });
});
