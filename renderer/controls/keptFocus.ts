import { onUpdated, type Ref } from 'vue';

/**
 * Keeps the keyboard's place where a control that was pressed goes, or is held for a moment: browsers would begin again
 * at the top of the window.
 * @param root what the controls are in.
 * @param fallback where the focus goes when the control is gone; by default to the first button.
 * @returns listeners for `root`.
 */
export function useKeptFocus(
  root: Readonly<Ref<HTMLElement | null>>,
  fallback: (root: HTMLElement) => HTMLElement | null = firstButton,
): { focusin: (event: FocusEvent) => void; focusout: (event: FocusEvent) => void } {
  let last: HTMLElement | null = null;
  onUpdated(() => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (last === null || root.value === null || !isLost) return;
    const next = isUsable(last) ? last : fallback(root.value);
    next?.focus({ preventScroll: true });
  });
  return {
    focusin: ({ target }) => {
      last = target instanceof HTMLElement ? target : null;
    },
    // Whoever leaves goes somewhere, or lets go of a control that is still there when all that happens now has happened.
    focusout: ({ relatedTarget }) => {
      const left = last;
      if (relatedTarget !== null) last = null;
      else {
        queueMicrotask(() => {
          const isStillThere = left !== null && isUsable(left) && document.activeElement !== left;
          if (last === left && isStillThere) last = null;
        });
      }
    },
  };
}

function isUsable(element: HTMLElement): boolean {
  return element.isConnected && !element.hasAttribute('disabled');
}

/** One that is held for a moment is waited for. */
function firstButton(root: HTMLElement): HTMLElement | null {
  const first = root.querySelector<HTMLElement>('button');
  return first !== null && isUsable(first) ? first : null;
}
