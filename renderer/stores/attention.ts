import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { useSelection } from './selection.ts';

/** The replicate under the pointer or the chart's keyboard cursor: every picture on the page shows which it is. */
export const useAttention = defineStore('attention', () => {
  const selection = useSelection();
  const hovered = ref<string | null>(null);
  return {
    hovered,
    /** The replicate to point out: the one under the pointer, or else the selected one. */
    replicate: computed(() => hovered.value ?? selection.current.replicate),
    hover: (replicate: string | null): void => {
      hovered.value = replicate;
    },
  };
});
