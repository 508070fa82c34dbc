import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { overheadSettingNames, overheadSettings } from '../../../src/determinism/overhead.ts';
import { measureOverheads, type MeasuredModel } from '../../../src/host/overhead/measureOverheads.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { executionSchema } from '../../../src/study/execution.ts';
import { nearest, suggestion } from '../../../src/study/nearest.ts';
import {
  overheadPresetNamed,
  overheadPresets,
  type OverheadModel,
  type OverheadPreset,
} from '../../../src/study/overheadPresets.ts';
import { examples } from '../examples.ts';
import { jsonOption, libraryOption, wholeNumber } from '../options.ts';
import { printJson, printNote, printText } from '../output.ts';
import { runTrial } from '../processes.ts';
import { formatBytes } from '../terminal/format.ts';
import { plainTable } from '../terminal/plainTable.ts';
import { withLibrary } from '../withLibrary.ts';

interface OverheadOptions {
  compare: string;
  models?: string;
  rounds: string;
  iterations?: string;
  warmUp?: string;
  batch?: string;
  side?: string;
  threads?: string;
  device: string;
  library?: string;
  json?: boolean;
}

/** `overhead <preset...>`: how much longer training takes when it is made deterministic. */
export function registerOverhead(program: Command): void {
  program
    .command('overhead')
    .description('time training under deterministic against default execution, and record it in the library')
    .argument('<preset...>', overheadPresets.map(({ name }) => name).join(', '))
    .option(
      '--compare <names>',
      `execution configurations, the first of which the others are compared with: ${overheadSettingNames.join(', ')}`,
      'default,deterministic',
    )
    .option('--models <names>', 'only these networks of the presets, with commas between them')
    .option('--rounds <n>', 'how often each is timed, every time in a process of its own', '5')
    .option('--iterations <n>', "steps that are timed; the preset's by default")
    .option('--warm-up <n>', "steps before them that are not; the preset's by default")
    .option('--batch <n>', "examples of a step; the preset's by default")
    .option('--side <pixels>', "height and width of the images; the preset's by default")
    .option('--threads <n>', 'TensorFlow threads; all cores by default')
    .option('--device <device>', 'cpu, gpu or gpu:<number>', 'cpu')
    .addOption(libraryOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples(
        'overhead mediumcnn-kernels-mini',
        'overhead overhead-zoo --device gpu',
        'overhead overhead-zoo-mini --models VGG16,ResNet50 --compare default,one-thread,onednn-off',
      ),
    )
    .action(async (names: string[], options: OverheadOptions) => {
      const presets = names.map((name) => changed(overheadPresetNamed(name), options));
      const chosen = presets.map((preset) => ({ preset, models: modelsOf(preset, options.models) }));
      if (chosen.every(({ models }) => models.length === 0))
        throw unknownModel(options.models ?? '', presets);
      const rounds = positive('rounds', options.rounds);
      const execution = executionOf(options);
      const settings = overheadSettings(
        { ...execution, deterministicOps: false },
        options.compare.split(',').map((name) => name.trim().toLowerCase()),
      );
      await withLibrary(options.library, async (library) => {
        const measured = [];
        for (const { preset, models } of chosen.filter((each) => each.models.length > 0)) {
          const { iterations, warmUp, batchSize } = preset;
          printNote(
            `${preset.name}: ${iterations} steps of ${batchSize} images after ${warmUp} that are not timed, ${rounds} times under each of ${settings.map(({ name }) => name).join(', ')}.`,
          );
          const result = await measureOverheads({
            ...{ library, preset, models, settings, rounds, runTrial },
            onModel: (model, position) => printNote(`${position + 1}/${models.length}  ${model.name}`),
            onFailure: (model, reason) => {
              printNote(`      ${model.name} could not be timed, and the others go on: ${reason}`);
            },
            onTrial: (_, trial) =>
              printNote(`      round ${trial.round + 1}, ${trial.setting}: ${trial.seconds.toFixed(3)} s`),
          });
          measured.push({ preset: preset.name, iterations, warmUp, rounds, settings, ...result });
          if (options.json !== true) printText(overheadText(result.models));
        }
        if (options.json === true) printJson({ library: await library.path(), items: measured });
        else printNote(`Recorded in ${await library.path()} as ${measured.map(({ id }) => id).join(', ')}.`);
      });
    });
}

function changed(preset: OverheadPreset, options: OverheadOptions): OverheadPreset {
  const value = (name: string, text: string | undefined, given: number): number =>
    text === undefined ? given : positive(name, text);
  return {
    ...preset,
    iterations: value('iterations', options.iterations, preset.iterations),
    warmUp: options.warmUp === '0' ? 0 : value('warm-up', options.warmUp, preset.warmUp),
    batchSize: value('batch', options.batch, preset.batchSize),
    side: value('side', options.side, preset.side),
  };
}

function positive(name: string, text: string): number {
  const value = wholeNumber(text);
  if (value >= 1 && value <= 10_000) return value;
  throw new NoisefloorError(
    `invalid-${name}`,
    `--${name} is "${text}"; it takes a whole number from 1 to 10,000.`,
  );
}

/** @throws NoisefloorError `invalid-execution`. */
function executionOf({ device, threads }: OverheadOptions) {
  const parsed = executionSchema.safeParse({
    ...{ device, threads: threads === undefined ? availableParallelism() : wholeNumber(threads) },
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new NoisefloorError(
    'invalid-execution',
    `--${String(issue?.path[0] ?? 'device')} is not right: ${issue?.message ?? 'unknown'}.`,
  );
}

function modelsOf({ models }: OverheadPreset, names: string | undefined): readonly OverheadModel[] {
  if (names === undefined) return models;
  const wanted = names.split(',').map((name) => name.trim().toLowerCase());
  return models.filter(({ name }) => wanted.includes(name.toLowerCase()));
}

function unknownModel(names: string, presets: readonly OverheadPreset[]): NoisefloorError {
  const known = presets.flatMap(({ models }) => models.map(({ name }) => name));
  return new NoisefloorError(
    'unknown-model',
    `No network is called "${names}". ${suggestion(names, known)}`,
    {
      details: { name: names, nearest: nearest(names, known), known },
    },
  );
}

/** One row a network and setting; the ratio as a factor and as what it adds. */
function overheadText(models: readonly MeasuredModel[]): string {
  return plainTable(
    ['network', 'execution', 'seconds', 'times the first', '95 % interval', 'overhead', 'peak memory'],
    models.flatMap(({ model, settings }) =>
      settings.map(({ setting, seconds, ratio, interval, peakBytes }, position) => {
        const isFirst = position === 0;
        return [
          ...[position === 0 ? model : '', setting, seconds === null ? null : seconds.toFixed(3)],
          isFirst || ratio === null ? '' : ratio.toFixed(3),
          isFirst || interval === null ? '' : `${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`,
          isFirst || ratio === null
            ? ''
            : `${ratio < 1 ? '−' : '+'}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`,
          formatBytes(peakBytes),
        ];
      }),
    ),
  );
}
