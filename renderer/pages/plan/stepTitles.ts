import type { PlanStep } from '../../stores/selection.ts';

/** What each step is called. */
export const stepTitles: Readonly<Record<PlanStep, string>> = {
  task: 'Task',
  data: 'Data set',
  recipe: 'Network and recipe',
  noise: 'Noise sources',
  replicates: 'Replicates',
  compute: 'Compute',
  review: 'Review',
};
