import { churn, crossChurn, flipRates } from '../../src/analysis/churn.ts';
import { churnMatrix } from '../../src/analysis/churnMatrix.ts';
import { predictionsFromRows, type Predictions } from '../../src/analysis/predictions.ts';
import { RandomStream } from '../../src/noise/stream.ts';
import type { StagedStudy } from './stagedData.ts';

const examples = 400;
const classes = 10;
/** How often a replicate of each variant leaves the class that the variant agrees on. */
const strays: Readonly<Record<string, number>> = { 'ALGO+IMPL': 0.06, ALGO: 0.05, IMPL: 0.03, CONTROL: 0 };

const truth = Int32Array.from({ length: examples }, (_, example) => (example * 7) % classes);

/** A staged study whose finished replicates have predictions after these epochs. */
export function withPredictions(study: StagedStudy, epochs: readonly number[]): StagedStudy {
  const recorded = epochs.flatMap((epoch) =>
    study.detail.variants.flatMap(({ variant: { name } }) => {
      const replicates = finished(study).filter(({ variant }) => variant === name).length;
      return replicates === 0 ? [] : [{ epoch, variant: name, replicates }];
    }),
  );
  return { ...study, detail: { ...study.detail, recorded } };
}

function finished({ replicates }: StagedStudy): StagedStudy['replicates'] {
  return replicates
    .filter(({ status, excludedReason }) => status === 'finished' && excludedReason === null)
    .sort((left, right) => replicates.indexOf(left) - replicates.indexOf(right));
}

function rowOf({ variant, index }: { variant: string; index: number }, epoch: number): Uint8Array {
  const stream = RandomStream.named(11, `${variant}/${variant === 'CONTROL' ? 0 : index}/${epoch}`);
  const share = (strays[variant] ?? 0.04) * (1 + 3 / (epoch + 1));
  return Uint8Array.from(truth, (label, example) => {
    const isHard = example % 5 === 0;
    const strayed = stream.nextFloat() < share * (isHard ? 4 : 0.4);
    return strayed ? (label + 1 + stream.nextInteger(3)) % classes : label;
  });
}

const epochOf = (study: StagedStudy, epoch: number | null): number => epoch ?? study.metrics.epochs - 1;

function named(study: StagedStudy): { id: string; variant: string; index: number }[] {
  return finished(study).map(({ id, variant, index }) => ({ id, variant, index }));
}

function of(study: StagedStudy, epoch: number, variant?: string): Predictions {
  const rows = finished(study).filter((replicate) => variant === undefined || replicate.variant === variant);
  return predictionsFromRows(rows.map((replicate) => rowOf(replicate, epoch)));
}

export function stagedPredictions(study: StagedStudy, asked: number | null) {
  const epoch = epochOf(study, asked);
  const hasLabels = study.detail.dataset !== null;
  return {
    ...{ epoch, replicates: named(study), examples, classes: of(study, epoch).data },
    ...{ labels: hasLabels ? truth : null, classNames: study.detail.dataset?.classNames ?? null },
  };
}

export function stagedChurn(study: StagedStudy, asked: number | null) {
  const epoch = epochOf(study, asked);
  const names = [...new Set(named(study).map(({ variant }) => variant))];
  return {
    ...{ epoch, replicates: named(study), matrix: churnMatrix(of(study, epoch)) },
    variants: names.map((name) => {
      const own = of(study, epoch, name);
      return { name, replicates: own.replicates, churn: churn(own), flipRates: flipRates(own) };
    }),
    between: names.flatMap((first, position) =>
      names.slice(position + 1).map((second) => ({
        ...{ first, second },
        churn: crossChurn(of(study, epoch, first), of(study, epoch, second)),
      })),
    ),
  };
}

/** @param gate awaited after the first epoch, so that a stream can be seen under way. */
export async function* stagedChurnByEpoch(study: StagedStudy, gate: () => Promise<void>) {
  const epochs = [...new Set(study.detail.recorded.map(({ epoch }) => epoch))];
  for (const [position, epoch] of epochs.entries()) {
    if (position === 1) await gate();
    const variants = stagedChurn(study, epoch).variants.map(({ name, replicates: n, churn: found }) => ({
      ...{ name, n },
      ...found,
    }));
    yield { epoch, position: position + 1, epochs: epochs.length, variants };
  }
}
