import type { Bisection, DifferingOperation, TensorDifference } from './bisect.ts';

const barWidth = 30;

/** A bisection for people. */
export function bisectionText(found: Bisection): string {
  const { variant, replicates, step, before, sameBatch, operation } = found;
  const [one, other] = replicates.map((index) => index + 1);
  return [
    `${found.study.name}: replicates ${one ?? 0} and ${other ?? 0} of ${variant} part at step ${step} (counted from 0)`,
    '',
    `Replayed: ${reproducedText(found)}`,
    `Before the step: ${before.length === 0 ? 'every tensor is the same' : before.map((each) => `${each.tensor}: ${differenceText(each)}`).join('; ')}`,
    `Fed: ${sameBatch ? 'the same examples and draws' : 'other examples or draws, or the same in another order'}`,
    ...(operation === null ? [`Ops: ${noOperation(found)}`] : operationLines(operation, found)),
    ...varyingLines(found),
    `Why: ${found.explanation}`,
    `To remove it: ${found.remedy}`,
    ...growthLines(found.growth),
  ].join('\n');
}

function reproducedText({ reproduced, replicates }: Bisection): string {
  const failed = replicates.filter((_, side) => reproduced[side] === false).map((index) => index + 1);
  return failed.length === 0
    ? 'both came to their recorded fingerprints again'
    : `replicate ${failed.join(' and ')} did NOT come to the recorded fingerprints again: here it computes otherwise than when it was trained, so that what follows holds for the replay alone`;
}

function noOperation({ before, sameBatch, compared, sameGraph }: Bisection): string {
  const among = sameGraph ? `${compared} outputs` : `${compared} outputs that have a name`;
  if (before.length > 0 || !sameBatch) return 'not compared: what they are given differs already';
  return `of ${among} none differs; the difference lies in what TensorFlow fuses when nobody looks`;
}

function operationLines(
  { name, op, label, shape, difference, sameInputs }: DifferingOperation,
  found: Bisection,
): string[] {
  const what = label === null ? '' : `, the ${label}`;
  return [
    `First op that differs, of ${found.compared} outputs compared: ${op} (${name})${what}, [${shape.join(', ')}]`,
    `  ${difference === null ? 'its outputs have different shapes' : differenceText(difference)}`,
    ...(sameInputs.length === 0 ? [] : [`  its inputs are the same: ${sameInputs.join(', ')}`]),
    ...(found.sameGraph
      ? []
      : [
          '  the two compute the step by different graphs, of which the outputs that have a name were compared',
        ]),
  ];
}

function differenceText({ differing, of, largestUlps, relative, worst }: TensorDifference): string {
  const count = `${differing.toLocaleString('en')} of ${of.toLocaleString('en')} numbers differ`;
  const ulps =
    largestUlps === null
      ? ''
      : `, by ${largestUlps.toLocaleString('en')} ${largestUlps === 1 ? 'unit' : 'units'} in the last place at most`;
  const distance = relative === null ? '' : `; relative distance ${relative.toPrecision(2)}`;
  return `${count}${ulps} (element ${worst.element}: ${worst.left} against ${worst.right})${distance}`;
}

function varyingLines({ varying }: Bisection): string[] {
  if (varying.length === 0) return [];
  const named = varying.map(({ name, op, label }) => `${op} (${label ?? name})`);
  return [`Not repeatable on this device, on the same inputs in one process: ${named.join(', ')}`];
}

/** A bar a step, on a logarithmic scale from the smallest distance to the largest. */
function growthLines(growth: Bisection['growth']): string[] {
  const logs = growth.filter(({ distance }) => distance > 0).map(({ distance }) => Math.log10(distance));
  if (logs.length === 0) return [];
  const [least, most] = [Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))];
  const width = Math.max(...growth.map(({ step }) => String(step).length), 'step'.length);
  const lines = growth.map(({ step, distance }) => {
    const part = distance > 0 ? (Math.log10(distance) - least) / Math.max(1, most - least) : 0;
    const bar = '█'.repeat(Math.round(part * barWidth));
    return `${String(step).padStart(width)}  ${distance.toExponential(1).padStart(8)}  ${bar}`;
  });
  return [
    '',
    `Relative distance of the weights after each step, 1e${least} to 1e${most}, logarithmic:`,
    `${'step'.padStart(width)}  distance`,
    ...lines,
  ];
}
