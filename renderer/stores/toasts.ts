import { defineStore } from 'pinia';
import { ref } from 'vue';
import { asNoisefloorError } from '../host/query.ts';

export interface Toast {
  readonly id: number;
  readonly tone: 'plain' | 'failure';
  readonly text: string;
  /** Takes back what was done. */
  readonly undo: (() => Promise<void>) | null;
}

/** Long enough to read two lines and to find the button. */
const plainMilliseconds = 8_000;
const undoMilliseconds = 15_000;

/** Short news of what was done, newest last; failures stay until they are closed. */
export const useToasts = defineStore('toasts', () => {
  const toasts = ref<readonly Toast[]>([]);
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  let lastId = 0;

  function add(toast: Omit<Toast, 'id'>): void {
    lastId += 1;
    const id = lastId;
    toasts.value = [...toasts.value.slice(-3), { ...toast, id }];
    if (toast.tone === 'plain') startTimer(id, toast.undo !== null);
  }

  function startTimer(id: number, hasUndo: boolean): void {
    timers.set(
      id,
      setTimeout(
        () => {
          close(id);
        },
        hasUndo ? undoMilliseconds : plainMilliseconds,
      ),
    );
  }

  function close(id: number): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  }

  /** Runs an undo and says so; a failure is told and the toast is gone. */
  async function undo(toast: Toast): Promise<void> {
    close(toast.id);
    if (toast.undo !== null) await attempt(toast.undo);
  }

  /** Does something and tells of its failure. @returns whether it was done. */
  async function attempt(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (thrown) {
      add({ tone: 'failure', text: asNoisefloorError(thrown).message, undo: null });
      return false;
    }
  }

  return {
    toasts,
    say: (text: string, undoing: (() => Promise<void>) | null = null): void => {
      add({ tone: 'plain', text, undo: undoing });
    },
    attempt,
    close,
    undo,
    /** Time stands still while someone reads or aims. */
    hold: (): void => {
      for (const timer of timers.values()) clearTimeout(timer);
    },
    release: (): void => {
      for (const toast of toasts.value) {
        if (toast.tone === 'plain') startTimer(toast.id, toast.undo !== null);
      }
    },
    /** @returns whether there was something to undo. */
    undoLast: (): boolean => {
      const last = toasts.value.findLast((toast) => toast.undo !== null);
      if (last === undefined) return false;
      void undo(last);
      return true;
    },
  };
});
