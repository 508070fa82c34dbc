import { desktop } from '../host/desktop.ts';
import { useLibraries } from '../stores/libraries.ts';
import { usePanels } from '../stores/panels.ts';
import { useSelection } from '../stores/selection.ts';

/** Obeys the native menu, and opens what the person opened outside the window; called where components are set up. */
export function useDesktopCommands(): void {
  const program = desktop();
  if (program === null) return;
  const panels = usePanels();
  const selection = useSelection();
  const libraries = useLibraries();
  const commands: Readonly<Record<string, () => void>> = {
    'open-library': () => void libraries.ask(false),
    'new-library': () => void libraries.ask(true),
    'show-studies': () => {
      selection.change({ page: 'studies' });
    },
    search: () => (panels.search = true),
    'toggle-inspector': panels.toggleInspector,
    'show-shortcuts': () => (panels.shortcuts = true),
  };
  program.onCommand((command) => {
    if (typeof command === 'string' && Object.hasOwn(commands, command)) commands[command]?.();
  });
  program.onOpenLibrary((file) => {
    if (typeof file === 'string') void libraries.openTelling(file, false);
  });
}
