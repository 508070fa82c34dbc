import type { Command } from 'commander';
import type { Replicate } from '../../../src/library/replicates.ts';
import type { StudyDetail } from '../../../src/library/studies.ts';
import { networkTitle } from '../../../src/networks/catalogue.ts';
import { describeVariant } from '../../../src/study/description.ts';
import { originNotes, variantOfLogs } from '../../../src/study/origin.ts';
import { jsonOption, libraryOption } from '../options.ts';
import { printJson, printText } from '../output.ts';
import { formatBytes, formatDuration } from '../terminal/format.ts';
import { tableText } from '../terminal/table.ts';
import { withLibrary } from '../withLibrary.ts';

/** `show <study>`: what a study is, and how each replicate stands. */
export function registerShow(program: Command): void {
  program
    .command('show')
    .description('show what a study is and how each replicate stands')
    .argument('<study>', 'name, id or unique beginning of either')
    .addOption(libraryOption())
    .addOption(jsonOption())
    .action(async (argument: string, options: { library?: string; json?: boolean }) => {
      await withLibrary(options.library, async (library) => {
        const detail = await library.study(argument);
        const replicates = await library.replicates(detail.id);
        if (options.json === true) {
          const { id, name, study: definition, ...rest } = detail;
          printJson({ study: { id, name }, library: await library.path(), ...rest, definition, replicates });
        } else {
          printText(studyText(detail, replicates));
        }
      });
    });
}

function studyText(detail: StudyDetail, replicates: readonly Replicate[]): string {
  const { study } = detail;
  const { recipe, network, dataset } = study.task;
  const lines = [
    `${detail.name}  (${detail.id})`,
    `${detail.status}; created ${detail.created.slice(0, 16).replace('T', ' ')}; ${formatBytes(detail.recordedBytes)} recorded`,
    ...(study.origin === undefined
      ? [
          `${network.name === 'keras-file' ? `${networkTitle(network)} (${network.path})` : network.name} on ${dataset.kind}, ${recipe.epochs} epochs of batches of ${recipe.batchSize}, seed ${study.seed}`,
          `${study.execution.device}, ${study.execution.threads} ${study.execution.threads === 1 ? 'thread' : 'threads'} a replicate`,
        ]
      : originNotes(study.origin)),
    '',
    ...study.variants.map(
      (variant) =>
        `${variant.name}: ${study.origin === undefined ? describeVariant(variant, study.task) : variantOfLogs}`,
    ),
    '',
    replicateTable(replicates, study.origin === undefined ? recipe.epochs : null),
    ...(study.origin === undefined ? [`result folders: ${detail.resultsFolder}`] : []),
  ];
  return lines.join('\n');
}

function replicateTable(replicates: readonly Replicate[], epochs: number | null): string {
  return tableText(
    [
      { title: 'variant' },
      { title: 'replicate', align: 'right' },
      { title: 'status' },
      { title: 'epochs', align: 'right' },
      { title: 'training', align: 'right' },
      { title: 'remark' },
    ],
    replicates.map((replicate) => [
      replicate.variant,
      String(replicate.index + 1),
      replicate.status,
      epochs === null ? String(replicate.epochs) : `${replicate.epochs} of ${epochs}`,
      formatDuration(replicate.trainSeconds),
      (replicate.excludedReason === null ? replicate.exitReason : `excluded: ${replicate.excludedReason}`) ??
        '',
    ]),
  );
}
