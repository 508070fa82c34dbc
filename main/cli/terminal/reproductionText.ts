import { counted } from '../../../src/analysis/wording.ts';
import type { PlannedTask, ReproductionPlan } from '../../../src/host/reproduction/reproductionPlan.ts';
import { paperTasks } from '../../../src/study/paperFigures.ts';
import { estimateText } from './estimateText.ts';
import { formatBytes, roughDuration } from './format.ts';

/** What a figure will be made of, before anything starts. */
export function planText({ figure, tasks, without }: ReproductionPlan): string {
  const left = without.map((name) => {
    const { network, dataset, preset } = paperTasks[name];
    return `- ${network}, ${dataset}: left out, this version has no preset ${preset}`;
  });
  const seconds = tasks.reduce((sum, { time }) => sum + (time?.seconds ?? 0), 0);
  const bytes = tasks.reduce((sum, task) => sum + (task.bytes ?? 0), 0);
  const total =
    seconds === 0
      ? 'Nothing has to be trained.'
      : `Altogether about ${roughDuration(seconds)} of training and ${formatBytes(bytes)} on disk.`;
  return [`${figure} is made of:`, ...tasks.map(taskText), ...left, total].join('\n');
}

function taskText({ task, preset, study, match, needs, time, bytes }: PlannedTask): string {
  const what = `- ${task.network}, ${task.dataset} (${preset})`;
  const wanted = study.variants.length * study.replicates;
  if (match?.isEnough === true) {
    const used = match.variants.map(({ finished }) => finished.length);
    return `${what}: study ${match.detail.id} is reused, with ${used.join(' + ')} finished replicates`;
  }
  const costs = [
    ...(time === null ? [] : [estimateText(time)]),
    ...(bytes === null ? [] : [`${formatBytes(bytes)} on disk`]),
    ...(needs === null ? [] : [`needs ${needs}`]),
  ].join('; ');
  const epochs = counted(study.task.recipe.epochs, 'epoch');
  const how =
    match === null
      ? `to be trained, ${counted(wanted, 'replicate')} of ${epochs}`
      : `study ${match.detail.id} goes on, ${match.finished} of ${wanted} replicates are finished`;
  return `${what}: ${how}; ${costs}`;
}
