import type { Command } from 'commander';
import { KnownDatasets } from '../../../src/host/datasets/knownDatasets.ts';
import { describePreset, type DescribedPreset } from '../../../src/host/needs/presetNeeds.ts';
import { measuredPaces, type MeasuredPace } from '../../../src/host/needs/trainingPace.ts';
import { prepareStudy } from '../../../src/host/prepareStudy.ts';
import { personFolder } from '../../../src/library/location.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { presets } from '../../../src/study/presetList.ts';
import { presetNamed } from '../../../src/study/presets.ts';
import { examples } from '../examples.ts';
import { jsonOption, libraryOption } from '../options.ts';
import { printJson, printNote, printText } from '../output.ts';
import { runTrial } from '../processes.ts';
import { studyOfPreset } from '../studyArgument.ts';
import { measuredText, presetText, shortPresetText } from '../terminal/presetText.ts';
import { withLibrary } from '../withLibrary.ts';

interface PresetsOptions {
  measure?: boolean;
  library?: string;
  json?: boolean;
}

/** `presets [name]`: the named tasks, and what each needs. */
export function registerPresets(program: Command): void {
  program
    .command('presets')
    .description('list the named tasks and what each needs: data, time, disk and memory; or show one in full')
    .argument('[name]', 'one of them, in full')
    .option('--measure', 'with a name: take a few of its steps, so that its time is measured and not counted')
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText('after', examples('presets', 'presets resnet18-cifar10', 'presets quickstart --measure'))
    .action(async (name: string | undefined, options: PresetsOptions) => {
      const wanted = name === undefined ? presets : [presetNamed(name)];
      if (options.measure === true && name === undefined) {
        throw new NoisefloorError(
          'invalid-measure',
          '--measure takes the steps of one preset: give its name, as in "noisefloor presets quickstart --measure".',
        );
      }
      const known = await new KnownDatasets(personFolder()).list();
      const paces = await pacesOf(options.library);
      const described: DescribedPreset[] = [];
      for (const preset of wanted) {
        described.push(
          await describePreset(preset, {
            ...{ known, paces },
            studyOf: async (each) => (await studyOfPreset(each, { set: [] })).study,
          }),
        );
      }
      const [one] = described;
      if (name === undefined || one === undefined) {
        if (options.json === true) printJson({ items: described });
        else printText(described.map(shortPresetText).join('\n\n'));
        return;
      }
      const measured = options.measure === true ? await measure(one) : null;
      if (options.json === true) printJson({ ...one, ...(measured === null ? {} : { measured }) });
      else printText([presetText(one), ...(measured === null ? [] : [measuredText(measured)])].join('\n'));
    });
}

/** How fast replicates were here; a library that cannot be read keeps nobody from reading a list. */
async function pacesOf(path: string | undefined): Promise<MeasuredPace[]> {
  try {
    return await withLibrary(path, measuredPaces);
  } catch (error) {
    if (!(error instanceof NoisefloorError)) throw error;
    printNote(`Times are counted, not measured, because the library cannot be read: ${error.message}`);
    return [];
  }
}

/** What a few steps told of a preset. */
async function measure(preset: DescribedPreset): Promise<{
  seconds: number;
  examplesPerSecond: number;
  parallel: number;
}> {
  const { study } = await studyOfPreset(preset, { set: [] });
  const { measured, parallel, dataset } = await prepareStudy({
    ...{ study, parallel: null, judgesRepeatability: false, runTrial },
    onEvent: (event) => {
      if (event.type === 'preparing') printNote(event.message);
    },
  });
  const examplesPerSecond = measured.find(({ processes }) => processes === parallel)?.examplesPerSecond ?? 0;
  const epochs = study.replicates * study.variants.length * study.task.recipe.epochs;
  return { seconds: (epochs * dataset.examples.train) / examplesPerSecond, examplesPerSecond, parallel };
}
