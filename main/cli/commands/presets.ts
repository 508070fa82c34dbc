import type { Command } from 'commander';
import type { Preset } from '../../../src/study/preset.ts';
import { presets } from '../../../src/study/presetList.ts';
import { printJson, printText } from '../output.ts';
import { jsonOption } from '../options.ts';

/** `presets`: the named tasks, and what each needs. */
export function registerPresets(program: Command): void {
  program
    .command('presets')
    .description('list the named tasks and what each needs')
    .addOption(jsonOption())
    .action((options: { json?: boolean }) => {
      if (options.json === true) {
        printJson({ items: presets });
      } else {
        printText(presets.map(describePreset).join('\n\n'));
      }
    });
}

function describePreset(preset: Preset): string {
  const needs = preset.needs.map((need) => `  needs --set ${need.path}=... (${need.what})`);
  return [preset.name, `  ${preset.title}`, `  ${preset.description}`, ...needs].join('\n');
}
