import { readFileSync } from 'node:fs';

/** A pair of ends of a 95 % interval. */
type Ends = [low: number, high: number];

/** Mean over pairs of replicates, with the ends of its interval before they are cut to the possible range. */
export interface ExpectedPairMean {
  mean: number;
  interval: Ends;
}

export interface ExpectedDistance {
  raw: ExpectedPairMean;
  normalized: ExpectedPairMean;
}

/** What test/fixtures/analysis/make.py computes with numpy and scipy. */
export interface StatisticsFixture {
  samples: {
    values: number[];
    mean: number;
    meanInterval: Ends;
    sd: number;
    sdOfReplicates: number;
    sdInterval: Ends;
  }[];
  churn: (ExpectedPairMean & {
    classes: number;
    predictions: number[][];
    matrix: number[];
    flipRates: number[];
    crossOfFirstTwoAndRest: number;
  })[];
  weights: {
    shapes: Record<string, number[]>;
    replicates: Record<string, number[]>[];
    trainable: ExpectedDistance;
    withMovingStatistics: ExpectedDistance;
    layers: Record<string, ExpectedDistance>;
  };
  quantiles: { values: number[]; probability: number; quantile: number }[];
  binomial: { trials: number; probability: number; cumulative: number[] }[];
  classRatios: {
    replicates: number;
    classes: number;
    each: number;
    error: number;
    quantiles: [median: number, low: number, high: number];
  }[];
  detectable: { replicates: number; sd: number; difference: number }[];
}

export const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/analysis/statistics.json', import.meta.url), 'utf8'),
) as StatisticsFixture;
