import { onMounted, onUnmounted } from 'vue';
import { useConnection } from '../host/connection.ts';
import { useOpenStudy } from '../stores/openStudy.ts';
import { usePanels } from '../stores/panels.ts';
import { useSelection } from '../stores/selection.ts';
import { useToasts } from '../stores/toasts.ts';
import { railKey, useRailPages } from './pageList.ts';

/** A row of the list of shortcuts. */
export interface Shortcut {
  readonly keys: readonly string[];
  readonly text: string;
}

interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
  /** Whether a report has it too. */
  readonly inReports?: boolean;
}

/** Every shortcut of this window; called where components are set up. */
export function useShortcutGroups(): readonly ShortcutGroup[] {
  const { report } = useConnection();
  const pages = useRailPages().map(({ title }, position) => ({
    keys: [railKey(position)],
    text: `Go to ${title}`,
  }));
  const groups = shortcutGroups.filter(({ inReports = false }) => inReports || report === null);
  return groups.map((group) =>
    group.title === everywhere ? { ...group, shortcuts: [...group.shortcuts, ...pages] } : group,
  );
}

const everywhere = 'Everywhere';

const shortcutGroups: readonly ShortcutGroup[] = [
  {
    title: everywhere,
    inReports: true,
    shortcuts: [
      { keys: ['Ctrl', 'K'], text: 'Search studies, pages and commands' },
      { keys: ['?'], text: 'Show these shortcuts' },
      { keys: ['I'], text: 'Show or hide the inspector' },
      { keys: ['Ctrl', 'Z'], text: 'Undo what the last message tells of' },
      { keys: ['Esc'], text: 'Close, or let the selected replicate or example go' },
    ],
  },
  {
    title: 'Epochs',
    inReports: true,
    shortcuts: [
      { keys: ['['], text: 'Epoch before' },
      { keys: [']'], text: 'Next epoch' },
    ],
  },
  {
    title: 'In the list of studies',
    shortcuts: [
      { keys: ['N'], text: 'Plan a study' },
      { keys: ['/'], text: 'Search in the list' },
      { keys: ['↑', '↓'], text: 'Move between studies' },
      { keys: ['Enter'], text: 'Open the study' },
      { keys: ['F2'], text: 'Rename it' },
      { keys: ['Delete'], text: 'Delete it, with undo' },
    ],
  },
  {
    title: 'In the grid of a run',
    shortcuts: [
      { keys: ['←', '→', '↑', '↓'], text: 'Move between replicates' },
      { keys: ['Enter'], text: 'Select the replicate, and follow its log' },
    ],
  },
  {
    title: 'In the table of replicates',
    shortcuts: [
      { keys: ['/'], text: 'Filter the table' },
      { keys: ['↑', '↓'], text: 'Move; with Shift choose a range, with Ctrl only move' },
      { keys: ['Space'], text: 'Choose it too, or let it go' },
      { keys: ['Ctrl', 'A'], text: 'Choose all that are shown' },
      { keys: ['X'], text: 'Exclude what is chosen, with a reason' },
      { keys: ['T'], text: 'Tag what is chosen' },
      { keys: ['F2'], text: 'Edit the notes' },
    ],
  },
  {
    title: 'In a confusion of classes',
    inReports: true,
    shortcuts: [{ keys: ['←', '→', '↑', '↓'], text: 'Another cell, read out beside' }],
  },
  {
    title: 'In the gallery of figures',
    shortcuts: [
      { keys: ['←', '→', '↑', '↓'], text: 'Another figure' },
      { keys: ['Ctrl', 'Z'], text: 'Undo the last change of the figure' },
      { keys: ['↑', '↓'], text: 'At the handle of a series: move it' },
    ],
  },
  {
    title: 'In a plan',
    shortcuts: [
      { keys: ['Ctrl', 'Enter'], text: 'Next step' },
      { keys: ['Ctrl', 'Shift', 'Enter'], text: 'Step before' },
    ],
  },
  {
    title: 'In a picture of replicates',
    inReports: true,
    shortcuts: [
      { keys: ['←', '→'], text: 'Next lower or higher replicate' },
      { keys: ['↑', '↓'], text: 'Another variant' },
      { keys: ['Enter'], text: 'Select the replicate' },
    ],
  },
  {
    title: 'In a picture of layers or classes',
    inReports: true,
    shortcuts: [{ keys: ['↑', '↓'], text: 'Another row, read out beneath' }],
  },
  {
    title: 'In the churn matrix and the examples',
    inReports: true,
    shortcuts: [
      { keys: ['←', '→', '↑', '↓'], text: 'Another cell, or another example' },
      { keys: ['Enter'], text: 'Show what the two disagree on, or select the example' },
    ],
  },
];

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** Listens to the shortcuts that work everywhere, while the component that calls this is on the page. */
export function useShortcuts(): void {
  const selection = useSelection();
  const panels = usePanels();
  const toasts = useToasts();
  const open = useOpenStudy();
  const railPages = useRailPages();

  function moveEpoch(by: number): void {
    if (open.epoch === null || open.lastEpoch === null) return;
    const epoch = Math.min(open.lastEpoch, Math.max(0, open.epoch + by));
    selection.change({ epoch: epoch === open.lastEpoch ? null : epoch });
  }

  const plainKeys: Record<string, () => void> = {
    '?': () => (panels.shortcuts = true),
    '[': () => {
      moveEpoch(-1);
    },
    ']': () => {
      moveEpoch(1);
    },
    i: panels.toggleInspector,
    Escape: () => {
      selection.change({ replicate: null, example: null, pair: null });
    },
  };

  function commanded(event: KeyboardEvent): boolean {
    const key = event.key.toLowerCase();
    if (key === 'k') {
      panels.search = !panels.search;
      return true;
    }
    return key === 'z' && !event.shiftKey && !isTyping(event.target) && toasts.undoLast();
  }

  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (commanded(event)) event.preventDefault();
      return;
    }
    const isCovered = document.querySelector('[role="dialog"], [role="menu"]') !== null;
    if (isTyping(event.target) || isCovered) return;
    const page = railPages.find((_, position) => railKey(position) === event.key)?.page;
    const act = plainKeys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (page !== undefined) selection.change({ page });
    else if (act === undefined) return;
    else act();
    event.preventDefault();
  }

  onMounted(() => {
    window.addEventListener('keydown', onKey);
  });
  onUnmounted(() => {
    window.removeEventListener('keydown', onKey);
  });
}
