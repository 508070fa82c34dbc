import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { useQuery } from '../../host/query.ts';
import { nearestEpoch } from '../../measures/nearestEpoch.ts';
import { counts, useOpenStudy } from '../../stores/openStudy.ts';
import { useSelection } from '../../stores/selection.ts';

/** Stands for the true classes among replicates. */
export const truth = 'truth';

/** How accuracy on classes spreads in the selected study, and how two of its replicates confuse classes. */
export const useClasses = defineStore('classes', () => {
  const open = useOpenStudy();
  const selection = useSelection();
  /** The class that is pointed out. */
  const pointed = ref<string | null>(null);
  const chosenFirst = ref<string | null>(null);
  const chosenSecond = ref<string | null>(null);

  const recordedEpochs = computed(() =>
    [...new Set((open.detail?.recorded ?? []).map(({ epoch }) => epoch))].sort((left, right) => left - right),
  );
  const epoch = computed(() => nearestEpoch(recordedEpochs.value, open.epoch));
  // Other pages ask nothing; what was asked last stays until there is another question.
  let [lastKey, lastPair]: (string | null)[] = [null, null];
  const isHere = (): boolean => selection.current.page === 'classes';
  const stateOf = (at: number): number[] =>
    (open.detail?.recorded ?? []).filter((row) => row.epoch === at).map(({ replicates }) => replicates);
  const query = useQuery({
    key: () => {
      const at = epoch.value;
      if (!isHere()) return lastKey ?? null;
      const isKnown = open.detail !== null && open.detail.id === selection.current.study && at !== null;
      return (lastKey = isKnown ? JSON.stringify([open.detail.id, at, stateOf(at)]) : null);
    },
    ask: (host, question, signal) => {
      const [study, at] = JSON.parse(question) as [string, number];
      return host.measures.classes({ study, epoch: at }, { signal });
    },
  });

  /** Replicates that can be compared: of the shown variants, those that count and have come so far. */
  const choices = computed(() =>
    open.replicates.filter(
      (replicate) =>
        counts(replicate) &&
        open.shownVariants.includes(replicate.variant) &&
        replicate.epochs > (epoch.value ?? 0),
    ),
  );
  const hasLabels = computed(() => (open.detail?.dataset ?? null) !== null);
  const isChoice = (id: string | null): id is string => choices.value.some((choice) => choice.id === id);
  /** What the rows of the confusion are: the selected replicate, or else the first there is. */
  const first = computed<string | null>(() => {
    if (chosenFirst.value === truth && hasLabels.value) return truth;
    const wanted = [selection.current.replicate, chosenFirst.value].find((id) => isChoice(id ?? null));
    return wanted ?? choices.value[0]?.id ?? null;
  });
  /** What its columns are: what was chosen, or else another replicate of the same variant. */
  const second = computed<string | null>(() => {
    if (chosenSecond.value === truth && hasLabels.value) return truth;
    if (isChoice(chosenSecond.value)) return chosenSecond.value;
    const own = open.replicateNamed(first.value)?.variant;
    const others = choices.value.filter(({ id }) => id !== first.value);
    return (
      (others.find(({ variant }) => variant === own) ?? others[0])?.id ?? (hasLabels.value ? truth : null)
    );
  });
  const confusion = useQuery({
    key: () => {
      const at = epoch.value;
      const { study } = selection.current;
      if (!isHere()) return lastPair ?? null;
      const isKnown = study !== null && at !== null && first.value !== null && second.value !== null;
      return (lastPair = isKnown ? JSON.stringify([study, at, first.value, second.value]) : null);
    },
    ask: (host, question, signal) => {
      const [study, at, one, other] = JSON.parse(question) as [string, number, string, string];
      const labelling = (id: string): string | null => (id === truth ? null : id);
      return host.measures.confusion(
        { study, epoch: at, first: labelling(one), second: labelling(other) },
        { signal },
      );
    },
  });

  const result = computed(() => query.value.value);
  const variants = computed(() =>
    (result.value?.variants ?? []).filter(({ name }) => open.shownVariants.includes(name)),
  );

  /** What test examples are sorted by: their class, or where they have attributes, the attribute that an answer is about. */
  const words = computed(() =>
    Array.isArray(open.detail?.dataset?.identity['attributeNames'])
      ? { one: 'attribute', many: 'attributes', examples: 'answers about test images' }
      : { one: 'class', many: 'classes', examples: 'test examples' },
  );

  function nameOf(id: string | null): string {
    if (id === truth) return 'The truth';
    const replicate = open.replicateNamed(id);
    return replicate === null ? '' : `${replicate.variant} ${replicate.index}`;
  }

  return {
    ...{ pointed, recordedEpochs, epoch, query, confusion, result, variants, choices, hasLabels },
    ...{ first, second, nameOf, words },
    chooseFirst: (id: string): void => {
      chosenFirst.value = id;
      selection.selectReplicate(id === truth ? null : id);
    },
    chooseSecond: (id: string): void => {
      chosenSecond.value = id;
    },
    retry: async (): Promise<void> => {
      await Promise.all([open.query.reload(), query.reload(), confusion.reload()]);
    },
  };
});
