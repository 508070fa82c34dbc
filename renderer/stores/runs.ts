import { defineStore } from 'pinia';
import { computed, onScopeDispose, watch } from 'vue';
import type { StudioClient } from '../host/connection.ts';
import { useQuery } from '../host/query.ts';
import { useEndNotice } from './endNotice.ts';
import { useStudies } from './studies.ts';

export type RunListing = Awaited<ReturnType<StudioClient['runs']['list']>>['items'][number];

const intervalMilliseconds = 3_000;

/** Whether a run is not over. */
export function isActive({ phase }: Pick<RunListing, 'phase'>): boolean {
  return phase !== 'ended' && phase !== 'failed';
}

/** The runs of the host, those of studies that are not on the page included. */
export const useRuns = defineStore('runs', () => {
  const notice = useEndNotice();
  const studies = useStudies();
  const query = useQuery({
    key: () => 'all' as const,
    ask: async (host, _key, signal) => (await host.runs.list(null, { signal })).items,
  });
  const items = computed<readonly RunListing[]>(() => query.value.value ?? []);
  const timer = setInterval(() => {
    if (!query.asking.value) void query.reload();
  }, intervalMilliseconds);
  onScopeDispose(() => {
    clearInterval(timer);
  });

  async function tellOfEnd(run: RunListing): Promise<void> {
    await studies.query.reload();
    const row = studies.named(run.study.id);
    const standing =
      row === null
        ? ''
        : `${String(row.counts.finished)} of ${String(row.replicates)} replicates have finished.`;
    notice.tell(`${run.study.name}: the run ${run.phase === 'failed' ? 'failed' : 'has ended'}.`, standing);
  }
  watch(items, (now, before) => {
    for (const run of now) {
      const earlier = before.find(
        ({ study, startedAt }) => study.id === run.study.id && startedAt === run.startedAt,
      );
      if (earlier !== undefined && isActive(earlier) && !isActive(run)) void tellOfEnd(run);
    }
  });

  return {
    query,
    isKnown: computed(() => query.value.value !== null),
    of: (study: string | null): RunListing | null =>
      items.value.find((run) => run.study.id === study) ?? null,
    /** Whether anything is trained, by this host or by another. */
    isAnyActive: computed(
      () => items.value.some(isActive) || studies.rows.some(({ status }) => status === 'running'),
    ),
  };
});
