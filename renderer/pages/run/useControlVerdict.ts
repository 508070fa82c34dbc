import { computed, type ComputedRef } from 'vue';
import type { Sentence } from '../../../src/analysis/sentences.ts';
import { useQuery } from '../../host/query.ts';
import { useOpenRun } from '../../stores/openRun.ts';

/**
 * Whether the CONTROL replicates came out bit-identical, in a sentence, as soon as two have finished. While a run goes
 * on it is asked again each time twice as many have: all of them are compared each time.
 */
export function useControlVerdict(): ComputedRef<Sentence | null> {
  const openRun = useOpenRun();
  const finished = computed(
    () =>
      openRun.cells.filter(
        ({ variant, status }) => variant.toUpperCase() === 'CONTROL' && status === 'finished',
      ).length,
  );
  const asked = computed(() =>
    openRun.active === null ? finished.value : 2 ** Math.floor(Math.log2(Math.max(1, finished.value))),
  );
  const query = useQuery({
    key: () => {
      const [first] = openRun.cells;
      return finished.value < 2 || first === undefined ? null : `${openRun.study ?? ''} ${asked.value}`;
    },
    ask: async (host, key, signal) => {
      const [study = ''] = key.split(' ');
      const { sentences } = await host.measures.analysis({ study, epoch: null }, { signal });
      return sentences.find(({ subject }) => subject === 'control') ?? null;
    },
  });
  return computed(() => query.value.value);
}
