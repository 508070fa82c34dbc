import type { RandomStream } from '../noise/stream.ts';

/**
 * Draws from the binomial distribution by inverting its cumulative distribution, tabulated once.
 * @param trials number of trials.
 * @param probability of success in each, 0 to 1.
 * @returns a function that draws one count of successes.
 */
export function binomialSampler(trials: number, probability: number): (stream: RandomStream) => number {
  if (probability <= 0) return () => 0;
  if (probability >= 1) return () => trials;
  const cumulative = cumulativeProbabilities(trials, probability);
  return (stream) => {
    const draw = stream.nextFloat();
    let low = 0;
    let high = trials;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((cumulative[middle] ?? 1) > draw) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

/** P(X <= k) for k from 0 to `trials`, built outwards from the mode so that nothing underflows where it matters. */
function cumulativeProbabilities(trials: number, probability: number): Float64Array {
  const weights = new Float64Array(trials + 1);
  const odds = probability / (1 - probability);
  const mode = Math.min(trials, Math.floor((trials + 1) * probability));
  weights[mode] = 1;
  for (let k = mode; k < trials; k++) weights[k + 1] = ((weights[k] ?? 0) * (trials - k) * odds) / (k + 1);
  for (let k = mode; k > 0; k--) weights[k - 1] = ((weights[k] ?? 0) * k) / ((trials - k + 1) * odds);
  let sum = 0;
  for (let k = 0; k <= trials; k++) {
    sum += weights[k] ?? 0;
    weights[k] = sum;
  }
  return weights.map((weight) => weight / sum);
}
