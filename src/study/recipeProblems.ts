import { listOr } from './nearest.ts';
import type { StudyProblem } from './problem.ts';
import type { Recipe } from './task.ts';

/** What is wrong between the values of a recipe, each of which is allowed by itself. */
export function recipeProblems(recipe: Recipe): StudyProblem[] {
  return [
    ...repeatedAugmentation(recipe),
    ...lateCrop(recipe),
    ...accumulationProblems(recipe),
    ...warmUpProblems(recipe),
    ...contradictions(recipe),
  ];
}

function problem(key: string, text: string): StudyProblem {
  const path = `task.recipe.${key}`;
  return { path, message: `${path} ${text}`, nearest: [] };
}

function repeatedAugmentation({ augmentation }: Recipe): StudyProblem[] {
  return augmentation.flatMap(({ kind }, index) => {
    const first = augmentation.findIndex((other) => other.kind === kind);
    const text = `is "${kind}", as that of augmentation[${first}]; expected each kind once.`;
    return first < index ? [problem(`augmentation[${index}].kind`, text)] : [];
  });
}

function lateCrop({ augmentation }: Recipe): StudyProblem[] {
  const position = augmentation.findIndex(({ kind }) => kind === 'inception-crop');
  const text =
    'is "inception-crop"; expected it to come first, because it cuts images out as they are decoded.';
  return position > 0 ? [problem(`augmentation[${position}].kind`, text)] : [];
}

function accumulationProblems({ batchSize, gradientAccumulation: parts }: Recipe): StudyProblem[] {
  if (parts === undefined || batchSize % parts === 0) return [];
  const divisors = Array.from({ length: Math.min(batchSize, 1024) }, (_, index) => index + 1).filter(
    (each) => each > 1 && batchSize % each === 0,
  );
  const allowed =
    divisors.length === 0
      ? 'none, because a batch of one example cannot be divided'
      : `a number that divides the batch size ${batchSize}: ${listOr(divisors.slice(0, 12).map(String))}`;
  return [problem('gradientAccumulation', `is ${parts}; expected ${allowed}.`)];
}

function warmUpProblems({ learningRate: { base, warmUp }, epochs }: Recipe): StudyProblem[] {
  if (warmUp === undefined) return [];
  const problems: StudyProblem[] = [];
  if (warmUp.unit === 'epochs' && warmUp.length >= epochs) {
    const allowed =
      epochs === 1
        ? 'a warm-up counted in steps, because training has one epoch'
        : `a whole number from 1 to ${epochs - 1}, because training has ${epochs} epochs`;
    problems.push(problem('learningRate.warmUp.length', `is ${warmUp.length}; expected ${allowed}.`));
  }
  if (warmUp.from > base) {
    const text = `is ${warmUp.from}; expected a number from 0 to the base rate ${base}.`;
    problems.push(problem('learningRate.warmUp.from', text));
  }
  return problems;
}

function contradictions({ learningRate, optimizer }: Recipe): StudyProblem[] {
  const problems: StudyProblem[] = [];
  if (learningRate.decay !== undefined && learningRate.steps.length > 0) {
    const text = `has ${learningRate.steps.length === 1 ? 'a step' : `${learningRate.steps.length} steps`}; expected none, because task.recipe.learningRate.decay says how the rate falls.`;
    problems.push(problem('learningRate.steps', text));
  }
  if (optimizer.name === 'sgd' && optimizer.nesterov && optimizer.momentum === 0) {
    problems.push(
      problem('optimizer.nesterov', 'is true; expected false, because task.recipe.optimizer.momentum is 0.'),
    );
  }
  return problems;
}
