import { watch } from 'vue';
import { addressOf, selectionFromAddress, useSelection } from './selection.ts';

/**
 * Keeps the selection and the window's address the same. Another page, study or step
 * of a plan is one that the browser's Back undoes; everything else replaces the address. Called once.
 */
export function bindSelectionToAddress(): void {
  const selection = useSelection();
  const read = (): void => {
    selection.current = selectionFromAddress(window.location.hash);
  };
  read();
  window.addEventListener('popstate', read);
  watch(
    () => selection.current,
    (now, before) => {
      const address = `#${addressOf(now)}`;
      if (address === window.location.hash) return;
      const isStep =
        now.page !== before.page ||
        now.study !== before.study ||
        (now.page === 'plan' && before.draft !== null && now.step !== before.step);
      if (isStep) window.history.pushState(null, '', address);
      else window.history.replaceState(null, '', address);
    },
  );
}
