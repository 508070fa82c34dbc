import type { MenuItemConstructorOptions } from 'electron';
import type { StudioCommand } from './bridge.ts';

type Item = MenuItemConstructorOptions;

/**
 * The native menu. What is the studio's own is sent to the window as a command; the rest is the platform's.
 * @param send tells the window of a command.
 */
export function menuTemplate(platform: NodeJS.Platform, send: (command: StudioCommand) => void): Item[] {
  const item = (label: string, command: StudioCommand, accelerator?: string): Item => ({
    label,
    click: () => {
      send(command);
    },
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const separator: Item = { type: 'separator' };
  const isMac = platform === 'darwin';
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies Item] : []),
    {
      label: '&File',
      submenu: [
        item('Open Library …', 'open-library', 'CmdOrCtrl+O'),
        item('New Library …', 'new-library', 'CmdOrCtrl+Shift+N'),
        separator,
        { role: isMac ? 'close' : 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        item('Studies', 'show-studies'),
        item('Search', 'search'),
        item('Inspector', 'toggle-inspector'),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: [item('Shortcuts', 'show-shortcuts')] },
  ];
}
