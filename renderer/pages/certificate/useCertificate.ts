import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useQuery } from '../../host/query.ts';
import type { Parting } from '../../measures/certificateSentence.ts';
import { nearestEpoch } from '../../measures/nearestEpoch.ts';
import { useOpenStudy, type ReplicateRow } from '../../stores/openStudy.ts';
import { useSelection } from '../../stores/selection.ts';

/** A replicate, and how it compares with the first of its variant. */
export interface Compared {
  readonly replicate: ReplicateRow;
  readonly isFirst: boolean;
  /** Null where it does not part from the first, or is the first. */
  readonly parting: Parting | null;
}

/** Which replicates of the selected study are bit-identical, and where the others part. */
export const useCertificate = defineStore('certificate', () => {
  const open = useOpenStudy();
  const selection = useSelection();

  const recordedEpochs = computed(() =>
    [...new Set((open.detail?.recorded ?? []).map(({ epoch }) => epoch))].sort((left, right) => left - right),
  );
  const epoch = computed(() => nearestEpoch(recordedEpochs.value, open.epoch));
  // Other pages ask nothing; what was asked last stays until there is another question.
  let lastKey: string | null = null;
  const query = useQuery({
    key: () => {
      const { page, study } = selection.current;
      if (page !== 'certificate') return lastKey;
      const at = epoch.value;
      const recorded = (open.detail?.recorded ?? []).filter((row) => row.epoch === at);
      const isKnown = study !== null && open.detail?.id === study && at !== null;
      return (lastKey = isKnown ? JSON.stringify([study, at, recorded.map((row) => row.replicates)]) : null);
    },
    ask: (host, question, signal) => {
      const [study, at] = JSON.parse(question) as [string, number];
      return host.measures.certificate({ study, epoch: at }, { signal });
    },
  });

  const result = computed(() => query.value.value);
  const variants = computed(() =>
    (result.value?.certificate.variants ?? []).filter(({ variant }) => open.shownVariants.includes(variant)),
  );
  /** By variant, those that were compared, in their order. */
  const compared = computed<ReadonlyMap<string, readonly Compared[]>>(
    () =>
      new Map(
        variants.value.map(({ variant, partings }) => {
          const partingOf = new Map(partings.map((parting) => [parting.replicate, parting]));
          const own = (open.counted.get(variant) ?? []).filter(
            ({ replicate }) => replicate.epochs > (epoch.value ?? 0),
          );
          return [
            variant,
            own.map(({ replicate }, position) => ({
              replicate,
              isFirst: position === 0,
              parting: partingOf.get(replicate.index) ?? null,
            })),
          ];
        }),
      ),
  );

  return {
    ...{ recordedEpochs, epoch, query, result, variants, compared },
    retry: async (): Promise<void> => {
      await Promise.all([open.query.reload(), query.reload()]);
    },
  };
});
