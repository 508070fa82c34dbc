import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { filterTokens, fitsFilter } from '../../measures/replicateFilter.ts';
import {
  replicateColumns,
  sortedRows,
  usualColumns,
  type ColumnKey,
  type MeasuredReplicate,
} from '../../measures/replicateRow.ts';
import { readReplicate } from '../../../src/analysis/reading.ts';
import type { Choosing, TableSorting } from '../../measures/tableColumn.ts';
import { useOpenStudy } from '../../stores/openStudy.ts';
import { useSelection } from '../../stores/selection.ts';

/** The table of replicates: what it shows, in which order, and which of them are chosen. */
export const useReplicates = defineStore('replicates', () => {
  const open = useOpenStudy();
  const selection = useSelection();
  const filter = ref('');
  const sorting = shallowRef<TableSorting | null>(null);
  const shownColumns = shallowRef<readonly ColumnKey[]>(usualColumns);
  const chosenIds = shallowRef<ReadonlySet<string>>(new Set());
  /** Where a range begins. */
  let anchor: string | null = null;

  const columns = computed(() => replicateColumns(selection.metric, open.epoch ?? 0));
  const shownInOrder = computed(() => columns.value.filter(({ key }) => shownColumns.value.includes(key)));
  const ofVariants = computed(() =>
    open.replicates.filter(({ variant }) => open.shownVariants.includes(variant)),
  );
  const measured = computed<readonly MeasuredReplicate[]>(() => {
    const { matrix, epoch } = open;
    const { metric } = selection;
    return ofVariants.value.map((replicate) => {
      const row = open.matrixRowOf(replicate.id);
      if (matrix === null || epoch === null || row === null) return { replicate, value: null, best: null };
      const read = (reading: 'last' | 'best'): number | null =>
        readReplicate(matrix, row, { epoch, reading, metric });
      return { replicate, value: read('last'), best: read('best') };
    });
  });
  const tokens = computed(() => filterTokens(filter.value));
  const fitting = computed(() =>
    measured.value.filter(({ replicate }) => fitsFilter(replicate, tokens.value)),
  );
  const rows = computed<readonly MeasuredReplicate[]>(() => {
    const column = columns.value.find(({ key }) => key === sorting.value?.key);
    return column === undefined || sorting.value === null
      ? fitting.value
      : sortedRows(fitting.value, column, sorting.value.descending);
  });
  const place = computed(() => new Map(rows.value.map(({ replicate }, index) => [replicate.id, index])));
  /** Chosen and shown: what is hidden by a filter is not acted upon. */
  const chosen = computed(() =>
    rows.value.filter(({ replicate }) => chosenIds.value.has(replicate.id)).map(({ replicate }) => replicate),
  );
  const cursor = computed(() => place.value.get(selection.current.replicate ?? '') ?? -1);

  function choose(index: number, how: Choosing): void {
    const id = rows.value[index]?.replicate.id;
    if (id === undefined) return;
    if (how === 'only') chosenIds.value = new Set([id]);
    if (how === 'toggle') chosenIds.value = toggled(chosenIds.value, id);
    if (how === 'range') {
      const from = place.value.get(anchor ?? '') ?? index;
      const range = rows.value.slice(Math.min(from, index), Math.max(from, index) + 1);
      chosenIds.value = new Set(range.map(({ replicate }) => replicate.id));
    }
    if (how === 'only' || how === 'toggle') anchor = id;
    selection.selectReplicate(id);
  }

  return {
    filter,
    tokens,
    sorting,
    shownColumns,
    columns: shownInOrder,
    allColumns: columns,
    ofVariants,
    rows,
    chosen,
    chosenIds,
    cursor,
    choose,
    chooseAll: (): void => {
      chosenIds.value = new Set(rows.value.map(({ replicate }) => replicate.id));
    },
    chooseNone: (): void => {
      chosenIds.value = new Set();
    },
    /** Up, then down, then as the study has them. */
    sortBy: (key: string): void => {
      const now = sorting.value;
      if (now?.key !== key) sorting.value = { key, descending: false };
      else sorting.value = now.descending ? null : { key, descending: true };
    },
    showColumns: (keys: readonly ColumnKey[]): void => {
      shownColumns.value = keys;
    },
  };
});

function toggled(ids: ReadonlySet<string>, id: string): Set<string> {
  const others = new Set(ids);
  if (!others.delete(id)) others.add(id);
  return others;
}
