import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { useQuery } from '../../host/query.ts';
import type { Appearance } from '../../../src/figures/appearance.ts';
import { groupsOf } from '../../measures/grouping.ts';
import { deviationSentence } from '../../measures/deviationVerdict.ts';
import { readingCaption } from '../../measures/reading.ts';
import { spreadOf, type Spread } from '../../measures/spread.ts';
import { verdictSentence } from '../../measures/verdict.ts';
import { useGroups } from '../../stores/groups.ts';
import { counts, useOpenStudy } from '../../stores/openStudy.ts';
import { useSelection, type Selection } from '../../stores/selection.ts';
import { useStudies } from '../../stores/studies.ts';

/** Replicates that are compared with others. */
export interface Side {
  readonly study: string;
  readonly group: string;
  readonly replicates: readonly string[];
}

/** Where both sides are called or drawn alike, they look like this. */
const looks: readonly [Appearance, Appearance] = [
  { colour: '#0072b2', shape: 'rect', dash: [7, 3] },
  { colour: '#d55e00', shape: 'circle', dash: [] },
];

/** Of two groups of 500 replicates each a comparison takes 50 kB. */
const mostComparisons = 12;

/** What the selection does not say otherwise. */
const usualMargins = { pointsMargin: 0.5, lossMargin: 0.02 };

/** Two groups of replicates, side by side. */
export const useCompare = defineStore('compare', () => {
  const open = useOpenStudy();
  const groups = useGroups();
  const selection = useSelection();
  const studies = useStudies();
  const marginKey = computed(() => (selection.metric.scale === 100 ? 'pointsMargin' : 'lossMargin'));
  /** Below this a difference does not matter, as it is shown: percentage points, or units of the loss. */
  const shownMargin = computed({
    get: () => selection.current[marginKey.value] ?? usualMargins[marginKey.value],
    set: (margin) => {
      // A field that is being emptied says nothing.
      if (!Number.isFinite(margin) || margin < 0) return;
      const isUsual = margin === usualMargins[marginKey.value];
      selection.change({ [marginKey.value]: isUsual ? null : margin });
    },
  });

  const against = computed(() => {
    const { against: wanted, study } = selection.current;
    return wanted === study ? null : wanted;
  });
  // Other pages ask nothing; what was asked last stays until there is another question.
  let [lastOther, lastKey]: (string | null)[] = [null, null];
  const isHere = (): boolean => selection.current.page === 'compare';
  const other = useQuery({
    key: () => (isHere() ? (lastOther = against.value) : (lastOther ?? null)),
    ask: async (host, study, signal) => (await host.replicates.list({ study }, { signal })).items,
  });

  const firstGroups = computed(() =>
    groups.groups.map(({ name, members }) => ({ name, ids: members.map(({ replicate }) => replicate.id) })),
  );
  const secondGroups = computed(() => {
    if (against.value === null) return firstGroups.value;
    const byName = new Map<string, string[]>();
    for (const replicate of other.value.value ?? []) {
      if (!counts(replicate)) continue;
      for (const name of groupsOf(replicate, selection.current.grouping)) {
        byName.set(name, [...(byName.get(name) ?? []), replicate.id]);
      }
    }
    return [...byName].map(([name, ids]) => ({ name, ids }));
  });
  const first = computed<Side | null>(() => {
    const { study, first: wanted } = selection.current;
    const found = firstGroups.value.find(({ name }) => name === wanted) ?? firstGroups.value[0];
    return study === null || found === undefined ? null : { study, group: found.name, replicates: found.ids };
  });
  const second = computed<Side | null>(() => {
    const study = against.value ?? selection.current.study;
    const own = first.value?.group;
    const all = secondGroups.value;
    const nearest =
      against.value === null
        ? all.find(({ name }) => name !== own)
        : (all.find(({ name }) => name === own) ?? all[0]);
    const found = all.find(({ name }) => name === selection.current.second) ?? nearest;
    return study === null || found === undefined ? null : { study, group: found.name, replicates: found.ids };
  });

  /** What a comparison was made of: it holds until one of them is read again. */
  const comparedOf = computed(() => [open.replicates, other.value.value] as const);
  const query = useQuery({
    key: () => {
      if (!isHere()) return lastKey ?? null;
      const [one, another] = [first.value, second.value];
      const isKnown =
        one !== null && another !== null && open.detail?.id === one.study && open.epoch !== null;
      if (!isKnown) return (lastKey = null);
      const { metric, reading, epoch } = selection.current;
      const meanOf = reading === 'mean' ? selection.current.meanOf : null;
      const number = { metric, reading, meanOf };
      return (lastKey = JSON.stringify([number, epoch, open.detail.counts, one, another]));
    },
    ask: (host, question, signal) => {
      const [number, epoch, , one, another] = JSON.parse(question) as [
        Pick<Selection, 'metric' | 'reading' | 'meanOf'>,
        number | null,
        unknown,
        Side,
        Side,
      ];
      const side = ({ study, replicates }: Side) => ({ study, epoch, replicates: [...replicates] });
      return host.measures.compare({ first: side(one), second: side(another), ...number }, { signal });
    },
    kept: { most: mostComparisons, as: () => comparedOf.value },
  });
  const result = computed(() => query.value.value);

  /** A group is called by its name, and by its study where there are two. */
  function titleOf({ study, group }: Side): string {
    if (against.value === null) return group;
    const name = study === open.detail?.id ? open.detail.name : (studies.named(study)?.name ?? study);
    return `${group} of ${name}`;
  }
  const spreads = computed<readonly [Spread, Spread] | null>(() => {
    const [one, another, given] = [first.value, second.value, result.value];
    if (one === null || another === null || given === null) return null;
    const spread = (side: Side, { replicates, values }: typeof given.first): Spread =>
      spreadOf(
        titleOf(side),
        replicates.map((replicate, place) => ({
          ...{ replicate, value: values[place] ?? Number.NaN },
          index: Number(/(\d+)$/.exec(replicate)?.[1] ?? place),
        })),
      );
    return [spread(one, given.first), spread(another, given.second)];
  });
  const margin = computed(() => shownMargin.value / selection.metric.scale);

  /** The class that is pointed out. */
  const pointed = ref<string | null>(null);

  return {
    pointed,
    ...{ shownMargin, margin, against, other, firstGroups, secondGroups, first, second, query, result },
    spreads,
    /** By the title of a side. */
    appearanceOf: (title: string): Appearance => {
      const isFirst = title === spreads.value?.[0].variant;
      const own = isFirst ? first.value?.group : second.value?.group;
      return groups.isByVariant && against.value === null && own !== undefined
        ? open.appearanceOf(own)
        : looks[isFirst ? 0 : 1];
    },
    verdict: computed(() =>
      result.value === null || spreads.value === null
        ? ''
        : verdictSentence(result.value.comparison, {
            ...{ first: spreads.value[0], second: spreads.value[1] },
            ...{ metric: selection.metric, margin: margin.value, reading: selection.current.reading },
          }),
    ),
    /** Whether the two spread alike, in words. */
    deviations: computed(() =>
      result.value === null || spreads.value === null
        ? ''
        : deviationSentence(result.value.comparison, { first: spreads.value[0], second: spreads.value[1] }),
    ),
    /** The number of a replicate that is compared, as a caption says it. */
    caption: computed(() => {
      const { reading, meanOf } = selection.current;
      return readingCaption(reading, result.value?.first.epoch ?? 0, meanOf);
    }),
    retry: async (): Promise<void> => {
      await Promise.all([open.query.reload(), other.reload(), query.reload()]);
    },
  };
});
