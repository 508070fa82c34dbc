import { defineStore } from 'pinia';
import { computed, onScopeDispose, ref, watch } from 'vue';
import { useConnection, type StudioClient } from '../host/connection.ts';
import { useQuery } from '../host/query.ts';
import { appearances, type Appearance } from '../../src/figures/appearance.ts';
import type { Matrix } from '../measures/reading.ts';
import { useSelection } from './selection.ts';
import { useToasts } from './toasts.ts';

export type ReplicateRow = Awaited<ReturnType<StudioClient['replicates']['list']>>['items'][number];
export type StudyDetail = Awaited<ReturnType<StudioClient['studies']['detail']>>;

/** A replicate that counts, and where its numbers are. */
export interface CountedReplicate {
  readonly replicate: ReplicateRow;
  /** Row of the matrices. */
  readonly row: number;
}

const runningMilliseconds = 4_000;
const plainAppearance: Appearance = { colour: '#7f7f7f', shape: 'circle', dash: [] };

/** The selected study: what it is, its replicates and their numbers after every epoch. */
export const useOpenStudy = defineStore('openStudy', () => {
  const { client } = useConnection();
  const selection = useSelection();
  const toasts = useToasts();
  const query = useQuery({
    key: () => selection.current.study,
    ask: async (host, study, signal) => {
      const [detail, replicates, metrics] = await Promise.all([
        host.studies.detail({ study }, { signal }),
        host.replicates.list({ study }, { signal }),
        host.measures.metrics({ study }, { signal }),
      ]);
      return { detail, replicates: replicates.items, metrics };
    },
  });
  const known = computed(() => query.value.value);
  const detail = computed(() => known.value?.detail ?? null);
  const replicates = computed<readonly ReplicateRow[]>(() => known.value?.replicates ?? []);
  const variantNames = computed(() => (detail.value?.variants ?? []).map(({ variant }) => variant.name));
  const looks = computed(() => appearances(variantNames.value));

  /** Whether somebody reads it again as its run goes on; then looking now and then would be too much. */
  const isFollowed = ref(false);
  const timer = setInterval(() => {
    if (isFollowed.value) return;
    if (detail.value?.status === 'running' && document.visibilityState === 'visible') void query.reload();
  }, runningMilliseconds);
  onScopeDispose(() => {
    clearInterval(timer);
  });

  const lastEpoch = computed<number | null>(() => {
    const epochs = known.value?.metrics.epochs ?? 0;
    return epochs === 0 ? null : epochs - 1;
  });
  /** The selected epoch, within what is recorded. */
  const epoch = computed<number | null>(() =>
    lastEpoch.value === null ? null : Math.min(selection.current.epoch ?? lastEpoch.value, lastEpoch.value),
  );
  const shownVariants = computed<readonly string[]>(() => {
    const wanted = selection.current.variants;
    if (wanted === null) return variantNames.value;
    const shown = variantNames.value.filter((name) => wanted.includes(name));
    return shown.length === 0 ? variantNames.value : shown;
  });
  const matrix = computed<Matrix | null>(() => {
    const metrics = known.value?.metrics;
    return metrics === undefined
      ? null
      : { epochs: metrics.epochs, values: metrics[selection.current.metric] };
  });
  const matrixRows = computed(
    () => new Map((known.value?.metrics.replicates ?? []).map((id, row) => [id, row])),
  );
  /** Replicates by variant that count: neither excluded, nor diverged, nor failed. */
  const counted = computed<ReadonlyMap<string, readonly CountedReplicate[]>>(() => {
    const byVariant = new Map<string, CountedReplicate[]>(variantNames.value.map((name) => [name, []]));
    for (const replicate of replicates.value) {
      const row = matrixRows.value.get(replicate.id);
      if (row !== undefined && counts(replicate)) byVariant.get(replicate.variant)?.push({ replicate, row });
    }
    return byVariant;
  });

  // A selection that names what is not there is let go once the study is known.
  watch(known, (now) => {
    const { replicate } = selection.current;
    if (now !== null && replicate !== null && !now.replicates.some(({ id }) => id === replicate)) {
      selection.selectReplicate(null);
    }
  });

  async function setExcluded(replicate: ReplicateRow, reason: string | null): Promise<void> {
    const host = client.value;
    if (host === null) throw new Error('There is no connection to the host at the moment.');
    if (reason === null) await host.replicates.include({ replicate: replicate.id });
    else await host.replicates.exclude({ replicate: replicate.id, reason });
    await query.reload();
  }

  async function setStudyNotes(study: string, notes: string): Promise<void> {
    if (client.value === null) throw new Error('There is no connection to the host at the moment.');
    await client.value.studies.setNotes({ study, notes });
    await query.reload();
  }

  return {
    query,
    isFollowed,
    detail,
    replicates,
    variantNames,
    shownVariants,
    lastEpoch,
    epoch,
    matrix,
    counted,
    /** A replicate's row of the matrices, whether it counts or not. */
    matrixRowOf: (id: string): number | null => matrixRows.value.get(id) ?? null,
    appearanceOf: (variant: string): Appearance => looks.value.get(variant) ?? plainAppearance,
    replicateNamed: (id: string | null): ReplicateRow | null =>
      replicates.value.find((replicate) => replicate.id === id) ?? null,
    /** Keeps notes as they are typed. */
    saveStudyNotes: ({ id }: StudyDetail, notes: string): Promise<boolean> =>
      toasts.attempt(() => setStudyNotes(id, notes)),
    /** Says that notes were changed, once, with a way back to what they were. */
    saidStudyNotes: ({ id, name }: StudyDetail, before: string): void => {
      toasts.say(`Changed the notes of ${name}.`, () => setStudyNotes(id, before));
    },
    /** Leaves a replicate out of every measure, saying why, or takes it in again where the reason is null. */
    exclude: (replicate: ReplicateRow, reason: string | null): Promise<boolean> =>
      toasts.attempt(async () => {
        const before = replicate.excludedReason;
        await setExcluded(replicate, reason);
        const name = `${replicate.variant} ${replicate.index}`;
        toasts.say(reason === null ? `${name} counts again.` : `${name} no longer counts.`, () =>
          setExcluded(replicate, before),
        );
      }),
  };
});

/** Whether a replicate's numbers enter measures. */
export function counts({ status, excludedReason }: ReplicateRow): boolean {
  return excludedReason === null && status !== 'diverged' && status !== 'failed';
}
