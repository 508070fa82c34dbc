import { watch } from 'vue';
import type { StudioClient } from '../host/connection.ts';
import { addressOf, selectionFromAddress, useSelection } from './selection.ts';

/**
 * Keeps the selection and the window's address the same. Another page, study, library or step of a plan is one that
 * the browser's Back undoes; everything else replaces the address. Called once.
 */
export function bindSelectionToAddress(): void {
  const selection = useSelection();
  const read = (): void => {
    selection.current = selectionFromAddress(window.location.hash);
  };
  read();
  window.addEventListener('popstate', read);
  watch(
    () => ({ ...selection.current }),
    (now, before) => {
      const address = `#${addressOf(now)}`;
      if (address === window.location.hash) return;
      const isStep =
        now.page !== before.page ||
        now.study !== before.study ||
        now.library !== before.library ||
        (now.page === 'plan' && before.draft !== null && now.step !== before.step);
      if (isStep) window.history.pushState(null, '', address);
      else window.history.replaceState(null, '', address);
    },
  );
}

/** Asks a host for the library that the address names, before anything else is asked of it. */
export async function showAddressedLibrary(host: StudioClient): Promise<void> {
  const { library } = selectionFromAddress(window.location.hash);
  if (library !== null) await host.setup.useLibrary({ id: library });
}
