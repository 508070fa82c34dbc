import { defineStore } from 'pinia';
import { computed } from 'vue';
import { appearances, type Appearance } from '../../src/figures/appearance.ts';
import { groupsOf } from '../measures/grouping.ts';
import { useOpenStudy, type CountedReplicate } from './openStudy.ts';
import { useSelection } from './selection.ts';

/** Replicates that count and have something in common. */
export interface ReplicateGroup {
  readonly name: string;
  readonly members: readonly CountedReplicate[];
}

const order = new Intl.Collator('en', { numeric: true });

/** The replicates of the shown variants, by variant or by what the selection says. */
export const useGroups = defineStore('groups', () => {
  const open = useOpenStudy();
  const selection = useSelection();
  const isByVariant = computed(() => selection.current.grouping === 'variant');

  const members = computed<readonly CountedReplicate[]>(() =>
    open.shownVariants.flatMap((variant) => open.counted.get(variant) ?? []),
  );
  const groups = computed<readonly ReplicateGroup[]>(() => {
    if (isByVariant.value)
      return open.shownVariants.map((name) => ({ name, members: open.counted.get(name) ?? [] }));
    const byName = new Map<string, CountedReplicate[]>();
    for (const member of members.value) {
      for (const name of groupsOf(member.replicate, selection.current.grouping)) {
        const group = byName.get(name);
        if (group === undefined) byName.set(name, [member]);
        else group.push(member);
      }
    }
    return [...byName]
      .map(([name, own]) => ({ name, members: own }))
      .toSorted((one, other) => order.compare(one.name, other.name));
  });
  const looks = computed(() => appearances(groups.value.map(({ name }) => name)));

  return {
    isByVariant,
    groups,
    /** Each once, whatever groups it is in. */
    members,
    groupOf: (replicate: CountedReplicate['replicate']): string =>
      groupsOf(replicate, selection.current.grouping)[0] ?? '',
    appearanceOf: (name: string): Appearance =>
      isByVariant.value ? open.appearanceOf(name) : (looks.value.get(name) ?? open.appearanceOf(name)),
    /** Whether a group holds replicates of several variants, so that it spreads for more than one reason. */
    isMixed: computed(
      () =>
        !isByVariant.value &&
        groups.value.some(
          ({ members: own }) => new Set(own.map(({ replicate }) => replicate.variant)).size > 1,
        ),
    ),
    /** Replicates of the shown variants that do not count, among all of them. */
    shown: computed(() => open.replicates.filter(({ variant }) => open.shownVariants.includes(variant))),
  };
});
