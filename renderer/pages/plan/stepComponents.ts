import type { Component } from 'vue';
import type { PlanStep } from '../../stores/selection.ts';
import ComputeStep from './ComputeStep.vue';
import DataStep from './DataStep.vue';
import NoiseStep from './NoiseStep.vue';
import RecipeStep from './RecipeStep.vue';
import ReplicatesStep from './ReplicatesStep.vue';
import ReviewStep from './ReviewStep.vue';
import TaskStep from './TaskStep.vue';

/** What shows each step. */
export const stepComponents: Readonly<Record<PlanStep, Component>> = {
  task: TaskStep,
  data: DataStep,
  recipe: RecipeStep,
  noise: NoiseStep,
  replicates: ReplicatesStep,
  compute: ComputeStep,
  review: ReviewStep,
};
