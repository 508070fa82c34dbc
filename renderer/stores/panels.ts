import { defineStore } from 'pinia';
import { ref } from 'vue';

/** Which parts of the frame are open. */
export const usePanels = defineStore('panels', () => {
  const search = ref(false);
  const shortcuts = ref(false);
  /** Whether a library is being asked for, to open it or to make it. */
  const libraryDialog = ref<'open' | 'create' | null>(null);
  const inspector = ref(localStorage.getItem('noisefloor.inspector') !== 'closed');
  return {
    search,
    shortcuts,
    libraryDialog,
    inspector,
    toggleInspector: (): void => {
      inspector.value = !inspector.value;
      localStorage.setItem('noisefloor.inspector', inspector.value ? 'open' : 'closed');
    },
  };
});
