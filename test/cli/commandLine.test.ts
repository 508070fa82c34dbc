import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { registerRun } from '../../main/cli/commands/run.ts';
import { studyFromArgument, type StudyChanges } from '../../main/cli/studyArgument.ts';
import { fileCommand, presetCommand, shellCommand } from '../../src/study/commandLine.ts';
import { parseStudy } from '../../src/study/parse.ts';
import { presets } from '../../src/study/presetList.ts';
import { presetNamed, studyFromPreset } from '../../src/study/presets.ts';
import type { Study, StudyInput } from '../../src/study/study.ts';

const folder = mkdtempSync(path.join(tmpdir(), "noisefloor it's here "));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What the command line makes of a command, after a shell has split it into words. */
async function understood(words: readonly string[]): ReturnType<typeof studyFromArgument> {
  const print = `for word in "$@"; do printf '%s\\0' "$word"; done`;
  const { stdout } = spawnSync('/bin/sh', ['-c', `set -- ${shellCommand(words)}; ${print}`], {
    encoding: 'utf8',
  });
  const program = new Command();
  registerRun(program);
  let asked: { argument: string; changes: StudyChanges } | undefined;
  program.commands[0]?.action((argument: string, changes: StudyChanges) => {
    asked = { argument, changes };
  });
  program.parse(stdout.split('\0').slice(0, -1), { from: 'user' });
  return studyFromArgument(asked!.argument, asked!.changes);
}

/** A preset's study after some changes, as a plan makes it. */
function changed(name: string, change: (study: StudyInput) => unknown, given: string[] = []): Study {
  const study: StudyInput = structuredClone(studyFromPreset(presetNamed(name), given));
  change(study);
  return parseStudy(study);
}

const studies: [what: string, study: Study][] = [
  ...presets
    .filter(({ needs }) => needs.length === 0)
    .map(({ name }): [string, Study] => [name, changed(name, () => undefined)]),
  [
    'single values',
    changed('quickstart', ({ task }) => Object.assign(task.recipe, { epochs: 7, batchSize: 64 })),
  ],
  ['a name with spaces and quotes', changed('quickstart', (study) => (study.name = `It's "mine" $HOME`))],
  ['a name that reads as a number', changed('quickstart', (study) => (study.name = '12'))],
  ['another network', changed('quickstart', ({ task }) => (task.network = { name: 'resnet18' }))],
  ['dropout', changed('smallcnn-fashion', ({ task }) => Object.assign(task.network, { dropout: 0.25 }))],
  [
    'augmentation and a schedule',
    changed('smallcnn-fashion', ({ task }) => {
      task.recipe.augmentation = [{ kind: 'flip' }, { kind: 'pad-crop', padding: 4 }];
      task.recipe.learningRate = { base: 1e-3, steps: [{ fromEpoch: 3, factor: 0.5 }] };
      task.recipe.shuffle = { kind: 'none' };
    }),
  ],
  ['fewer variants', changed('quickstart', (study) => study.variants.splice(1, 2))],
  [
    'a renamed variant',
    changed('quickstart', (study) => {
      study.variants[0]!.name = 'EVERY THING';
      study.variants[0]!.sources.order = 'fixed';
    }),
  ],
  [
    'deterministic variants only',
    changed('quickstart', (study) => {
      study.variants = study.variants.filter(({ implementation }) => implementation === 'deterministic');
    }),
  ],
  [
    'what is recorded',
    changed(
      'smallcnn-fashion',
      (study) => (study.record = { predictions: 'last', logits: true, checkpoints: [3] }),
    ),
  ],
  ['notes', changed('quickstart', (study) => (study.notes = 'two\nlines'))],
  [
    'a GPU, threads and a seed',
    changed('quickstart', (study) =>
      Object.assign(study, { seed: 7, execution: { device: 'gpu:1', threads: 3 } }),
    ),
  ],
  [
    'own images',
    changed('smallcnn-images', ({ task }) => Object.assign(task.dataset, { testFraction: 0.3 }), [
      `task.dataset.path=${folder}`,
    ]),
  ],
];

describe('a command line for a study', () => {
  it.each(studies)('makes it from its preset: %s', async (_what, study) => {
    const words = presetCommand(study);
    expect(words).not.toBeNull();
    const made = await understood(words!);
    expect(made.study).toEqual(study);
    // Whatever implementation noise the device suggests would be put in place of the study's otherwise.
    const hasNoise = study.variants.some(({ implementation }) => implementation !== 'deterministic');
    expect(made.choosesImplementation && hasNoise).toBe(false);
  });

  it.each(studies)('makes it from a file: %s', async (_what, study) => {
    const file = path.join(folder, 'study.json');
    writeFileSync(file, JSON.stringify(study));
    expect(await understood(fileCommand(file))).toEqual({ study, choosesImplementation: false });
  });

  it('is short where little was changed', () => {
    expect(shellCommand(presetCommand(changed('quickstart', ({ task }) => (task.recipe.epochs = 20)))!)).toBe(
      'run quickstart --set task.recipe.epochs=20 --set execution.device=cpu --set variants.0.implementation=accumulation-order --set variants.2.implementation=accumulation-order',
    );
  });

  it('from a preset is not there for a study that was made from none', () => {
    const { preset: _, ...study } = changed('quickstart', () => undefined);
    expect(presetCommand(study)).toBeNull();
    expect(presetCommand({ ...study, preset: 'unheard-of' })).toBeNull();
  });
});
