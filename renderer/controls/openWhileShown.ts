import { ref, type Ref } from 'vue';
import { whileShown } from './whileShown.ts';

/** Whether a menu or popover is open. It is drawn beside the page that it belongs to, so it is shut when that is left. */
export function useOpenWhileShown(): Ref<boolean> {
  const isOpen = ref(false);
  whileShown(
    () => undefined,
    () => {
      isOpen.value = false;
    },
  );
  return isOpen;
}
