import { defineStore } from 'pinia';
import { computed } from 'vue';
import { comparisonSentence } from '../../measures/comparison.ts';
import { readReplicate } from '../../../src/analysis/reading.ts';
import { spreadOf, type Point, type Spread } from '../../measures/spread.ts';
import { varianceSentence, type VarianceSentence } from '../../measures/sentence.ts';
import { useGroups } from '../../stores/groups.ts';
import { useOpenStudy } from '../../stores/openStudy.ts';
import { useSelection } from '../../stores/selection.ts';

/** The numbers behind the page of variance, for the selection as it is. */
export const useVariance = defineStore('variance', () => {
  const open = useOpenStudy();
  const selection = useSelection();
  const groups = useGroups();

  const spreads = computed<readonly Spread[]>(() => {
    const { matrix, epoch } = open;
    if (matrix === null || epoch === null) return [];
    const { reading, meanOf } = selection.current;
    const how = { epoch, reading, meanOf, metric: selection.metric };
    return groups.groups.map(({ name, members }) => {
      const points = members.flatMap(({ replicate, row }): Point[] => {
        const value = readReplicate(matrix, row, how);
        return value === null ? [] : [{ replicate: replicate.id, index: replicate.index, value }];
      });
      return spreadOf(name, points);
    });
  });

  const sentence = computed<VarianceSentence>(() =>
    varianceSentence(spreads.value, {
      metric: selection.metric,
      reading: selection.current.reading,
      epoch: open.epoch ?? 0,
      meanOf: selection.current.meanOf,
      isByVariant: groups.isByVariant,
    }),
  );

  /** What is missing of the picture, in words; empty where nothing is. */
  const incompleteness = computed(() => {
    const { shown } = groups;
    const drawn = new Set(spreads.value.flatMap(({ points }) => points.map(({ replicate }) => replicate)))
      .size;
    const excluded = shown.filter(({ excludedReason }) => excludedReason !== null).length;
    const broken = shown.filter(
      ({ status, excludedReason }) => excludedReason === null && ['diverged', 'failed'].includes(status),
    ).length;
    const waiting = shown.length - drawn - excluded - broken;
    const parts = [
      waiting > 0
        ? `${drawn} of ${shown.length} replicates have reached epoch ${open.epoch ?? 0}; intervals will narrow`
        : '',
      broken > 0 ? `${broken} diverged or failed and ${broken === 1 ? 'does' : 'do'} not count` : '',
      excluded > 0 ? `${excluded} ${excluded === 1 ? 'is' : 'are'} excluded` : '',
    ].filter((part) => part !== '');
    return parts.join('; ');
  });

  /** Whether the SDs differ. */
  const comparison = computed(() => comparisonSentence(spreads.value));

  return { spreads, sentence, incompleteness, comparison };
});
