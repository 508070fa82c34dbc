import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import type { RateName } from '../../../src/analysis/attributeRates.ts';
import { useQuery } from '../../host/query.ts';
import { useOpenStudy } from '../../stores/openStudy.ts';
import { useSelection } from '../../stores/selection.ts';
import { useClasses } from './useClasses.ts';

/** Error rates by subgroup, where the test images of the selected study have attributes. */
export const useSubgroups = defineStore('subgroups', () => {
  const open = useOpenStudy();
  const selection = useSelection();
  const classes = useClasses();
  const rate = ref<RateName>('falseNegativeRate');
  /** The only attribute that answers are counted of; empty pools all. */
  const attribute = ref('');
  /** What subgroups are told apart by; empty is what the paper tells them by. */
  const split = ref('');
  /** The subgroup that is pointed out. */
  const pointed = ref<string | null>(null);

  const attributes = computed<readonly string[]>(() => {
    const names = open.detail?.dataset?.identity['attributeNames'];
    return Array.isArray(names) ? names.map(String) : [];
  });
  const isAsked = (name: string): boolean => attributes.value.includes(name);
  let lastKey: string | null = null;
  const query = useQuery({
    key: () => {
      // Other pages ask nothing; what was asked last stays until there is another question.
      if (selection.current.page !== 'classes') return lastKey;
      const { detail } = open;
      const isKnown = detail !== null && classes.epoch !== null && attributes.value.length > 0;
      const of = isAsked(attribute.value) ? attribute.value : null;
      const by = isAsked(split.value) ? [split.value] : null;
      return (lastKey = isKnown ? JSON.stringify([detail.id, classes.epoch, of, by, detail.counts]) : null);
    },
    ask: (host, question, signal) => {
      const [study, epoch, of, by] = JSON.parse(question) as [string, number, string | null, string[] | null];
      return host.measures.subgroups({ study, epoch, attribute: of, splits: by }, { signal });
    },
  });
  const variants = computed(() =>
    (query.value.value?.variants ?? []).filter(
      ({ name, groups }) => groups.length > 0 && open.shownVariants.includes(name),
    ),
  );
  return { rate, attribute, split, pointed, attributes, query, variants };
});
