import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { KernelFamily } from '../../../src/analysis/kernelProfile.ts';
import type { StudioClient } from '../../host/connection.ts';
import { useQuery } from '../../host/query.ts';
import { useSelection } from '../../stores/selection.ts';

export type Overhead = Awaited<ReturnType<StudioClient['overheads']['list']>>['items'][number];
export type OverheadModel = Overhead['models'][number];

/** What deterministic execution costs, as far as this library knows. */
export const useOverheads = defineStore('overheads', () => {
  const selection = useSelection();
  /** Id of the measurement that is shown; empty is the newest. */
  const chosen = ref('');
  /** The network that is pointed out. */
  const pointed = ref<string | null>(null);
  /** Of which kernels are shown; empty is the first that has any. */
  const profiled = ref('');
  const family = ref<KernelFamily | ''>('');
  const words = ref('');

  let lastKey: string | null = null;
  // Measurements are made elsewhere: whoever comes back to the page sees what is new.
  const query = useQuery({
    key: () => {
      if (selection.current.page !== 'overhead') return lastKey;
      return (lastKey = selection.current.library ?? 'own');
    },
    ask: async (host, _key, signal) => {
      const [overheads, prices] = await Promise.all([
        host.overheads.list(null, { signal }),
        host.overheads.prices(null, { signal }),
      ]);
      return { overheads: overheads.items, prices: prices.items };
    },
  });
  const all = computed<readonly Overhead[]>(() => query.value.value?.overheads ?? []);
  const shown = computed<Overhead | null>(
    () => all.value.find(({ id }) => id === chosen.value) ?? all.value[0] ?? null,
  );
  /** Every network of the measurement with what its kernels took, by each profiler. */
  const profiles = computed(() =>
    (shown.value?.models ?? []).flatMap(({ model, profiles: own }) =>
      own.map((profile) => ({ key: `${model}, ${profile.profiler}`, model, ...profile })),
    ),
  );
  const profile = computed(
    () => profiles.value.find(({ key }) => key === profiled.value) ?? profiles.value[0] ?? null,
  );
  return {
    ...{ chosen, pointed, profiled, family, words, query, all, shown, profiles, profile },
    prices: computed(() => query.value.value?.prices ?? []),
  };
});
