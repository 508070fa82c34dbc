import { observeElementOffset, observeElementRect, type Rect, type Virtualizer } from '@tanstack/vue-virtual';
import { onActivated, type Ref } from 'vue';

/** Scrolls where it was when its kept page is shown again: what is taken from the page forgets how far it was scrolled. */
export function useKeptScroll(
  scroller: Readonly<Ref<HTMLElement | null>>,
  offset: () => number | null,
): void {
  onActivated(() => {
    if (scroller.value !== null) scroller.value.scrollTop = offset() ?? 0;
  });
}

/** Sizes of what a virtual list is seen through; while its page is hidden it has none, and the rows in sight stay. */
export function observeShownRect(
  instance: Virtualizer<HTMLElement, Element>,
  tell: (rect: Rect) => void,
): (() => void) | undefined {
  return observeElementRect(instance, (rect) => {
    if (instance.scrollElement?.isConnected === true) tell(rect);
  });
}

/** How far a virtual list is scrolled; a scroll that ends when its page has been left says 0, which it was not. */
export function observeShownOffset(
  instance: Virtualizer<HTMLElement, Element>,
  tell: (offset: number, isScrolling: boolean) => void,
): (() => void) | undefined {
  return observeElementOffset(instance, (offset, isScrolling) => {
    if (instance.scrollElement?.isConnected === true) tell(offset, isScrolling);
  });
}
