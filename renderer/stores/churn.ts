import { defineStore } from 'pinia';
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { pairIndex } from '../../src/analysis/disagreement.ts';
import { countVotesInParts, differingExamples, type Votes } from '../../src/analysis/votes.ts';
import type { StudioClient } from '../host/connection.ts';
import { useQuery } from '../host/query.ts';
import { useEpochStream } from '../host/stream.ts';
import { highestOf } from '../charts/matrixRaster.ts';
import { orderedInParts, type Ordering } from '../measures/churnOrder.ts';
import { inParts } from '../measures/inParts.ts';
import { keptBy } from '../measures/lastUsed.ts';
import { nearestEpoch } from '../measures/nearestEpoch.ts';
import { valueAt } from '../measures/reading.ts';
import { useOpenStudy } from './openStudy.ts';
import { useSelection } from './selection.ts';

type ChurnByEpoch = ReturnType<StudioClient['measures']['churnByEpoch']>;
export type EpochChurn = ChurnByEpoch extends AsyncIterableIterator<infer Event> ? Event : never;
/** Two replicates, as rows of the matrix. */
export interface Pair {
  readonly first: number;
  readonly second: number;
}

/** Of 1,000 replicates and 10,000 examples a matrix takes 4 MB, and all predictions of an epoch 10 MB. */
const mostMatrices = 6;
const mostPredictions = 4;
const mostOrders = 24;
const mostVariants = 64;

const ordersOf = keptBy<readonly number[]>(mostOrders);
const highestOfShown = keptBy<number>(mostOrders);
const votesOf = keptBy<Votes>(mostVariants);

/** How far replicates of the selected study disagree, on which examples, and how that developed. */
export const useChurn = defineStore('churn', () => {
  const open = useOpenStudy();
  const selection = useSelection();
  const ordering = ref<Ordering>('variant');
  const hoveredPair = shallowRef<Pair | null>(null);
  const hoveredExample = ref<number | null>(null);

  const recordedEpochs = computed(() =>
    [...new Set((open.detail?.recorded ?? []).map(({ epoch }) => epoch))].sort((left, right) => left - right),
  );
  /** The recorded epoch that is nearest to the selected one, the later of two. */
  const epoch = computed(() => nearestEpoch(recordedEpochs.value, open.epoch));
  // Other pages ask nothing; what was asked last stays until there is another question.
  let lastKey: string | null = null;
  let lastEpochsKey: string | null = null;
  const key = (): string | null => {
    const { page, study } = selection.current;
    if (page !== 'churn') return lastKey;
    const at = epoch.value;
    const recorded = (open.detail?.recorded ?? []).filter((row) => row.epoch === at);
    const isKnown = study !== null && open.detail?.id === study && at !== null;
    return (lastKey = isKnown ? JSON.stringify([study, at, recorded.map((row) => row.replicates)]) : null);
  };
  const asked = (question: string): { study: string; epoch: number } => {
    const [study, at] = JSON.parse(question) as [string, number];
    return { study, epoch: at };
  };
  /** What was recorded stays, unless a replicate is trained anew or counts no longer. */
  const recordedAs = computed(() =>
    open.replicates.map(({ id, startedAt, excludedReason }) => [id, startedAt, excludedReason]).join(),
  );
  const kept = (most: number) => ({ most, as: () => recordedAs.value });
  const query = useQuery({
    key,
    ask: (host, question, signal) => host.measures.churn(asked(question), { signal }),
    kept: kept(mostMatrices),
  });
  const predictions = useQuery({
    key,
    ask: (host, question, signal) => host.measures.predictions(asked(question), { signal }),
    kept: kept(mostPredictions),
  });

  const result = computed(() => query.value.value);
  /** The pair whose examples are looked at: it stays chosen from epoch to epoch. */
  const chosenPair = computed<Pair | null>({
    get: () => {
      const replicates = result.value?.replicates ?? [];
      const [first = -1, second = -1] = (selection.current.pair ?? []).map((id) =>
        replicates.findIndex((replicate) => replicate.id === id),
      );
      return first < 0 || second < 0 ? null : { first, second };
    },
    set: (pair) => {
      const [first, second] = [pair?.first, pair?.second].map(
        (row) => result.value?.replicates[row ?? -1]?.id,
      );
      selection.change({ pair: first === undefined || second === undefined ? null : [first, second] });
    },
  });
  const shown = computed<readonly number[]>(() => {
    const replicates = result.value?.replicates ?? [];
    return open.shownVariants.flatMap((name) =>
      replicates.flatMap(({ variant }, row) => (variant === name ? [row] : [])),
    );
  });
  const accuracies = computed(() => {
    const metrics = open.query.value?.metrics;
    const rowOf = new Map((metrics?.replicates ?? []).map((id, row) => [id, row]));
    return (result.value?.replicates ?? []).map(({ id }) => {
      const row = rowOf.get(id);
      if (metrics === undefined || row === undefined || result.value === null) return NaN;
      return (
        valueAt({ epochs: metrics.epochs, values: metrics.testAccuracy }, row, result.value.epoch) ?? NaN
      );
    });
  });
  const order = shallowRef<readonly number[]>([]);
  let orderingWork = new AbortController();
  watch(
    [result, shown, accuracies, ordering],
    async () => {
      orderingWork.abort();
      orderingWork = new AbortController();
      const [given, { signal }] = [result.value, orderingWork];
      const rows = shown.value;
      // What is drawn until the order is known must be of these replicates.
      if (order.value.length !== rows.length || new Set([...order.value, ...rows]).size !== rows.length)
        order.value = rows;
      if (given === null) return;
      const { matrix, replicates } = given;
      const all = { matrix, total: replicates.length, shown: rows, accuracies: accuracies.value };
      const known = ordersOf(matrix);
      const name = `${ordering.value}/${rows.join()}`;
      const ordered = known.find(name) ?? (await inParts(orderedInParts(all, ordering.value), signal));
      if (ordered === null || signal.aborted) return;
      // Accuracies may still come, or change, without the matrix.
      if (ordering.value !== 'accuracy') known.set(name, ordered);
      order.value = ordered;
    },
    { immediate: true },
  );
  const highest = computed(() => {
    if (result.value === null) return 0;
    const { matrix, replicates } = result.value;
    return highestOfShown(matrix).get(shown.value.join(), () =>
      highestOf(matrix, replicates.length, shown.value),
    );
  });
  const variants = computed(() =>
    (result.value?.variants ?? []).filter(({ name }) => open.shownVariants.includes(name)),
  );

  const known = computed(() => {
    const given = predictions.value.value;
    if (given === null) return null;
    const { classes: data, examples, replicates, labels, attributeNames } = given;
    const classes = given.classNames?.length ?? largestOf(data) + 1;
    return {
      ...{ data, examples, replicates: replicates.length, names: replicates, labels, classes },
      attributeNames,
      classNames: given.classNames ?? Array.from({ length: classes }, (_, index) => String(index)),
    };
  });
  /** Votes of each variant's replicates, as they are counted. */
  const votesByVariant = shallowRef<ReadonlyMap<string, Votes>>(new Map());
  let counting = new AbortController();
  watch(
    [known, (): readonly string[] => open.shownVariants],
    async () => {
      counting.abort();
      counting = new AbortController();
      const [given, { signal }] = [known.value, counting];
      const votes = new Map<string, Votes>();
      if (given === null) {
        votesByVariant.value = votes;
        return;
      }
      for (const name of open.shownVariants) {
        const rows = given.names.flatMap(({ variant }, row) => (variant === name ? [row] : []));
        if (rows.length === 0) continue;
        const known = votesOf(given.data);
        const counted =
          known.find(name) ?? (await inParts(countVotesInParts(given, rows, given.classes), signal));
        if (counted === null) return;
        known.set(name, counted);
        votes.set(name, counted);
      }
      if (!signal.aborted) votesByVariant.value = votes;
    },
    { immediate: true },
  );
  /** Examples that the chosen pair disagrees on; null where no pair is chosen. */
  const pairExamples = computed(() => {
    const [pair, given] = [chosenPair.value, known.value];
    return pair === null || given === null ? null : differingExamples(given, pair.first, pair.second);
  });
  watch(result, () => {
    hoveredPair.value = null;
  });

  const epochs = useEpochStream<EpochChurn>({
    key: () => {
      const { page, study } = selection.current;
      if (page !== 'churn') return lastEpochsKey;
      const isKnown = study !== null && open.detail?.id === study;
      return (lastEpochsKey = isKnown ? JSON.stringify([study, open.detail.recorded]) : null);
    },
    open: (host, question, signal) =>
      host.measures.churnByEpoch({ study: asked(question).study }, { signal }),
  });
  onScopeDispose(() => {
    orderingWork.abort();
    counting.abort();
  });

  /** How many of how many examples two replicates disagree on. */
  function disagreement({
    first,
    second,
  }: Pair): { count: number; examples: number; fraction: number } | null {
    const given = result.value;
    const examples = known.value?.examples ?? open.detail?.dataset?.testExamples ?? 0;
    if (given === null || first === second) return null;
    const fraction = given.matrix[pairIndex(given.replicates.length, first, second)] ?? 0;
    return { count: Math.round(fraction * examples), examples, fraction };
  }

  function nameOf(row: number): string {
    const replicate = result.value?.replicates[row];
    return replicate === undefined ? '' : `${replicate.variant} ${replicate.index}`;
  }

  return {
    ...{
      query,
      predictions,
      result,
      known,
      epoch,
      recordedEpochs,
      ordering,
      order,
      shown,
      highest,
      variants,
    },
    ...{ hoveredPair, chosenPair, hoveredExample, votesByVariant, pairExamples },
    ...{ byEpoch: epochs.events, byEpochError: epochs.error, readEpochs: epochs.reload },
    ...{ disagreement, nameOf },
    /** The pair to point out: the one under the pointer, or else the chosen one. */
    pair: computed(() => hoveredPair.value ?? chosenPair.value),
    /** The example to point out: the one under the pointer, or else the selected one. */
    example: computed(() => hoveredExample.value ?? selection.current.example),
    retry: async (): Promise<void> => {
      await Promise.all([open.query.reload(), query.reload(), predictions.reload(), epochs.reload()]);
    },
  };
});

function largestOf(values: Uint8Array | Uint16Array): number {
  let largest = 0;
  for (const value of values) if (value > largest) largest = value;
  return largest;
}
