import type { Component } from 'vue';
import type { PlanStep } from '../../stores/selection.ts';
import ComputeStep from './ComputeStep.vue';
import DataStep from './DataStep.vue';
import NoiseStep from './NoiseStep.vue';
import RecipeStep from './RecipeStep.vue';
import ReplicatesStep from './ReplicatesStep.vue';
import ReviewStep from './ReviewStep.vue';
import TaskStep from './TaskStep.vue';

interface StepEntry {
  readonly title: string;
  readonly component: Component;
}

/** What the page knows of each step. */
export const stepList: Readonly<Record<PlanStep, StepEntry>> = {
  task: { title: 'Task', component: TaskStep },
  data: { title: 'Data set', component: DataStep },
  recipe: { title: 'Network and recipe', component: RecipeStep },
  noise: { title: 'Noise sources', component: NoiseStep },
  replicates: { title: 'Replicates', component: ReplicatesStep },
  compute: { title: 'Compute', component: ComputeStep },
  review: { title: 'Review', component: ReviewStep },
};
