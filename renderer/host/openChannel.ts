import { openBrowserChannel } from './browserChannel.ts';
import type { Opening } from './connection.ts';
import { desktop } from './desktop.ts';
import { openDesktopChannel } from './desktopChannel.ts';

/** Connects the window to its host: by a port in the desktop, by a WebSocket in a browser. */
export function openChannel(): Opening {
  const program = desktop();
  return program === null ? openBrowserChannel() : openDesktopChannel(program);
}
