import {
  getCurrentScope,
  onActivated,
  onDeactivated,
  onMounted,
  onUnmounted,
  watch,
  type App,
  type EffectScope,
  type Ref,
} from 'vue';

/**
 * Does something as long as its component is on the page: from when it is mounted, or its kept page is shown again, until it
 * is unmounted, or its page is left. Timers, observers and listeners of the window begin and end here.
 */
export function whileShown(begin: () => void, end: () => void): void {
  let isShown = false;
  const turn = (to: boolean): void => {
    if (isShown === to) return;
    isShown = to;
    if (to) begin();
    else end();
  };
  const show = (): void => {
    turn(true);
  };
  const hide = (): void => {
    turn(false);
  };
  onMounted(show);
  onActivated(show);
  onDeactivated(hide);
  onUnmounted(hide);
}

/** Listens to keys of the window while its component is on the page. */
export function useShownKeys(onKey: (event: KeyboardEvent) => void): void {
  whileShown(
    () => {
      window.addEventListener('keydown', onKey);
    },
    () => {
      window.removeEventListener('keydown', onKey);
    },
  );
}

/** Tells the width of an element while it is on the page, and whenever it is another. */
export function useShownWidth(
  element: Readonly<Ref<HTMLElement | null>>,
  tell: (width: number) => void,
): void {
  const observer = new ResizeObserver(([entry]) => {
    if (entry !== undefined) tell(entry.contentRect.width);
  });
  const observe = (): void => {
    observer.disconnect();
    if (element.value !== null) observer.observe(element.value);
  };
  whileShown(observe, () => {
    observer.disconnect();
  });
  watch(element, observe);
}

/**
 * Lets kept pages rest while another is shown: no component of theirs computes, asks or draws anything until its page is shown
 * again, and then only what has changed. What they do by themselves ends by {@link whileShown}.
 */
export function restHiddenPages(app: App): void {
  const leaving = new Set<EffectScope>();
  function rest(): void {
    for (const scope of leaving) scope.pause();
    leaving.clear();
  }
  app.mixin({
    created() {
      const scope = getCurrentScope();
      if (scope === undefined) return;
      onDeactivated(() => {
        // What is open is closed first, which takes turns of its own.
        if (leaving.size === 0) setTimeout(rest, 0);
        leaving.add(scope);
      });
      onActivated(() => {
        if (!leaving.delete(scope)) scope.resume();
      });
    },
  });
}
