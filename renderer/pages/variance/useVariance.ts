import { defineStore } from 'pinia';
import { computed } from 'vue';
import { readReplicate } from '../../measures/reading.ts';
import { spreadOf, type Point, type Spread } from '../../measures/spread.ts';
import { varianceSentence, type VarianceSentence } from '../../measures/sentence.ts';
import { useOpenStudy } from '../../stores/openStudy.ts';
import { useSelection } from '../../stores/selection.ts';

/** The numbers behind the page of variance, for the selection as it is. */
export const useVariance = defineStore('variance', () => {
  const open = useOpenStudy();
  const selection = useSelection();

  const spreads = computed<readonly Spread[]>(() => {
    const { matrix, epoch } = open;
    if (matrix === null || epoch === null) return [];
    const how = { epoch, reading: selection.current.reading, metric: selection.metric };
    return open.shownVariants.map((variant) => {
      const points = (open.counted.get(variant) ?? []).flatMap(({ replicate, row }): Point[] => {
        const value = readReplicate(matrix, row, how);
        return value === null ? [] : [{ replicate: replicate.id, index: replicate.index, value }];
      });
      return spreadOf(variant, points);
    });
  });

  const sentence = computed<VarianceSentence>(() =>
    varianceSentence(spreads.value, {
      metric: selection.metric,
      reading: selection.current.reading,
      epoch: open.epoch ?? 0,
    }),
  );

  /** What is missing of the picture, in words; empty where nothing is. */
  const incompleteness = computed(() => {
    const shown = open.replicates.filter(({ variant }) => open.shownVariants.includes(variant));
    const drawn = spreads.value.reduce((sum, { points }) => sum + points.length, 0);
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

  return { spreads, sentence, incompleteness };
});
