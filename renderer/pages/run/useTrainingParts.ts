import { computed, type ComputedRef } from 'vue';
import type { StudioClient } from '../../host/connection.ts';
import { useQuery } from '../../host/query.ts';

export type SetupPart = Awaited<ReturnType<StudioClient['setup']['parts']>>['items'][number];

/** What training needs and this machine lacks, asked while `isWanted` says so. */
export function useTrainingParts(isWanted: () => boolean): {
  missing: ComputedRef<readonly SetupPart[]>;
  look: () => Promise<void>;
} {
  const query = useQuery({
    key: () => (isWanted() ? ('parts' as const) : null),
    ask: async (host, _key, signal) => (await host.setup.parts(null, { signal })).items,
  });
  return {
    missing: computed(() =>
      (query.value.value ?? []).filter(({ status }) => status === 'missing' || status === 'damaged'),
    ),
    look: () => query.reload(),
  };
}
