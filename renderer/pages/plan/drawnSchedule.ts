import { learningRateAt, type Schedule } from '../../../src/study/learningRate.ts';
import { counted } from '../../measures/format.ts';

/** A schedule as it is drawn. */
export interface DrawnSchedule {
  readonly points: readonly { epoch: number; rate: number }[];
  /** Rates worth a label, the most important first. */
  readonly levels: readonly number[];
  /** Epochs at which something begins, in order. */
  readonly marks: readonly number[];
  /** Ends of the axis. */
  readonly low: number;
  readonly high: number;
  readonly isLogarithmic: boolean;
  /** What it does, for those who do not see it and those who do. */
  readonly words: string;
}

/** About one to each pixel. */
const mostPoints = 300;
/** So many steps or levels are told one by one. */
const mostTold = 6;

/** A schedule's curve, computed by the function that training computes its rates with. */
export function drawnSchedule(schedule: Schedule, stepsPerEpoch: number): DrawnSchedule {
  const { learningRate, epochs } = schedule;
  const { base, decay } = learningRate;
  const all = epochs * stepsPerEpoch;
  const rateOf = (taken: number): number =>
    learningRateAt(schedule, {
      epoch: Math.floor(taken / stepsPerEpoch),
      step: taken % stepsPerEpoch,
      stepsPerEpoch,
    });
  const count = Math.min(all, mostPoints);
  const points = Array.from({ length: count }, (_, index) => {
    const taken = Math.floor((index / count) * all);
    return { epoch: taken / stepsPerEpoch, rate: rateOf(taken) };
  });
  const isLogarithmic = decay?.kind !== 'cosine';
  // The last step is a little before the end that a cosine falls to.
  const end = decay?.kind === 'cosine' ? base * decay.floor : rateOf(all - 1);
  points.push({ epoch: epochs, rate: end });
  const warm = warmEpochs(schedule, stepsPerEpoch);
  const falls = fallingEpochs(schedule).filter((epoch) => epoch > warm && epoch < epochs);
  const levels = [...new Set([base, end, ...falls.map((epoch) => rateOf(epoch * stepsPerEpoch))])].filter(
    (rate) => rate > 0 || !isLogarithmic,
  );
  const rates = points.filter(({ epoch }) => epoch >= warm).map(({ rate }) => rate);
  const [least, most] = [Math.min(...rates), Math.max(...rates)];
  // A decade at least, so that a constant rate is a line in the middle.
  const margin = most > least ? 1 : 3.2;
  return {
    points,
    levels,
    marks: [...(warm > 0 && warm < epochs ? [warm] : []), ...falls],
    low: isLogarithmic ? least / margin : 0,
    high: isLogarithmic ? most * margin : most,
    isLogarithmic,
    words: wordsOf(schedule, warm, falls, (epoch) => rateOf(epoch * stepsPerEpoch), end),
  };
}

/** When the warm-up ends, in epochs. */
function warmEpochs({ learningRate: { warmUp } }: Schedule, stepsPerEpoch: number): number {
  if (warmUp === undefined) return 0;
  return warmUp.unit === 'epochs' ? warmUp.length : warmUp.length / stepsPerEpoch;
}

/** Epochs from which the rate is another at once. */
function fallingEpochs({ learningRate: { steps, decay }, epochs }: Schedule): number[] {
  if (decay?.kind === 'exponential' && decay.staircase) {
    return Array.from(
      { length: Math.floor((epochs - 1) / decay.every) },
      (_, index) => (index + 1) * decay.every,
    );
  }
  return decay === undefined
    ? [...new Set(steps.map(({ fromEpoch }) => fromEpoch))].sort((one, other) => one - other)
    : [];
}

function wordsOf(
  { learningRate: { base, warmUp, decay }, epochs }: Schedule,
  warm: number,
  falls: readonly number[],
  rateAt: (epoch: number) => number,
  end: number,
): string {
  const risen =
    warmUp === undefined
      ? []
      : [`rises from ${rateText(warmUp.from)} for ${counted(warmUp.length, warmUp.unit.slice(0, -1))}`];
  const after = warm > 0 ? `${rateText(base)} after that` : `${rateText(base)} from epoch 0`;
  if (decay?.kind === 'cosine' || (decay?.kind === 'exponential' && !decay.staircase)) {
    const shape = decay.kind === 'cosine' ? 'along half a cosine' : 'a little with each step';
    return [...risen, after, `falls ${shape} to ${rateText(end)}`].join(', ');
  }
  const told =
    falls.length > mostTold
      ? [`${falls.length} falls, to ${rateText(end)} at epoch ${epochs - 1}`]
      : falls.map((epoch) => `${rateText(rateAt(epoch))} from epoch ${epoch}`);
  return [...risen, after, ...told].join(', ');
}

/** A rate in few letters: `4e−4`. */
export function rateText(rate: number): string {
  if (rate === 0) return '0';
  return rate.toExponential(1).replace('.0', '').replace('-', '−').replace('+', '');
}
