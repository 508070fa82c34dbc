import { portChannel } from '../../src/contract/portChannel.ts';
import type { Opening } from './connection.ts';
import type { Desktop } from './desktop.ts';

/** The preload script's name for the message that brings a port. */
const portMessage = 'studio:port';

/** Connects the desktop window to the host of its program. */
export function openDesktopChannel(desktop: Desktop): Opening {
  // The page's own end is there at once; what comes from the desktop is joined to it.
  const { port1: near, port2: joint } = new MessageChannel();
  const opened = new Promise<void>((resolve) => {
    window.addEventListener('message', function onPort(event: MessageEvent<unknown>) {
      const [port] = event.ports;
      if (event.source !== window || event.data !== portMessage || port === undefined) return;
      window.removeEventListener('message', onPort);
      join(joint, port);
      resolve();
    });
  });
  desktop.connect();
  return { channel: portChannel(near), opened };
}

/** Passes on what comes, copied: nothing but ports can be handed over to another process. */
function join(one: MessagePort, other: MessagePort): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      to.postMessage(data);
    });
    from.addEventListener('close', () => {
      to.close();
    });
    from.start();
  }
}
