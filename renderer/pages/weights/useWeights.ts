import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { StudioClient } from '../../host/connection.ts';
import { useQuery } from '../../host/query.ts';
import { useEpochStream } from '../../host/stream.ts';
import { nearestEpoch } from '../../measures/nearestEpoch.ts';
import type { Scaling } from '../../measures/weightsSentence.ts';
import { useOpenStudy } from '../../stores/openStudy.ts';
import { useSelection } from '../../stores/selection.ts';

type ByEpoch = ReturnType<StudioClient['measures']['weightsByEpoch']>;
type EpochWeights = ByEpoch extends AsyncIterableIterator<infer Event> ? Event : never;

/** How far apart the weights of the selected study's replicates are, and how that developed. */
export const useWeights = defineStore('weights', () => {
  const open = useOpenStudy();
  const selection = useSelection();
  const scaling = ref<Scaling>('raw');
  /** The layer that is pointed out. */
  const layer = ref<string | null>(null);

  // Other pages ask nothing; what was asked last stays until there is another question.
  let [lastStudy, lastEpoch, lastStream]: (string | null)[] = [null, null, null];
  const isHere = (): boolean => selection.current.page === 'weights';
  const checkpoints = useQuery({
    key: () => {
      const { detail } = open;
      if (!isHere()) return lastStudy ?? null;
      const isKnown = detail !== null && detail.id === selection.current.study;
      return (lastStudy = isKnown ? JSON.stringify([detail.id, detail.counts, detail.excluded]) : null);
    },
    ask: (host, question, signal) => host.measures.checkpoints({ study: idIn(question) }, { signal }),
  });
  const kept = computed(() => checkpoints.value.value?.items ?? []);
  const recordedEpochs = computed(() => [...new Set(kept.value.map(({ epoch }) => epoch))]);
  const epoch = computed(() => nearestEpoch(recordedEpochs.value, open.epoch));
  const query = useQuery({
    key: () => {
      if (!isHere()) return lastEpoch ?? null;
      const at = epoch.value;
      const counts = kept.value.filter((row) => row.epoch === at).map(({ replicates }) => replicates);
      const { study } = selection.current;
      return (lastEpoch = at === null || study === null ? null : JSON.stringify([study, at, counts]));
    },
    ask: (host, question, signal) => {
      const [study, at] = JSON.parse(question) as [string, number];
      return host.measures.weights({ study, epoch: at }, { signal });
    },
  });
  const epochs = useEpochStream<EpochWeights>({
    key: () => {
      if (!isHere()) return lastStream ?? null;
      const { study } = selection.current;
      const isDrawn = study !== null && recordedEpochs.value.length > 1;
      return (lastStream = isDrawn ? JSON.stringify([study, kept.value]) : null);
    },
    open: (host, question, signal) => host.measures.weightsByEpoch({ study: idIn(question) }, { signal }),
  });

  const result = computed(() => query.value.value);
  const variants = computed(() =>
    (result.value?.variants ?? []).filter(({ name }) => open.shownVariants.includes(name)),
  );

  return {
    ...{ scaling, layer, checkpoints, recordedEpochs, epoch, query, epochs, result, variants },
    byEpoch: epochs.events,
    byEpochError: epochs.error,
    /** Whether the network has moving statistics, which the reference code counts as weights. */
    hasMovingStatistics: computed(() =>
      variants.value.some(
        ({ trainable, withMovingStatistics }) => trainable.mean !== withMovingStatistics.mean,
      ),
    ),
    retry: async (): Promise<void> => {
      await Promise.all([open.query.reload(), checkpoints.reload(), query.reload(), epochs.reload()]);
    },
  };
});

/** The study that a question is about. */
function idIn(question: string): string {
  const [study] = JSON.parse(question) as [string];
  return study;
}
