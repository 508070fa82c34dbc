import { protocolName } from '../../src/contract/frames.ts';
import { connectionPath, socketChannel } from '../../src/contract/socketChannel.ts';
import type { Opening } from './connection.ts';

/** Connects a browser's page to the host that it came from. */
export function openBrowserChannel(): Opening {
  const scheme = window.location.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(`${scheme}//${window.location.host}${connectionPath}`, protocolName);
  const opened = new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => {
      resolve();
    });
    socket.addEventListener('close', () => {
      reject(new Error('The host did not accept the connection.'));
    });
  });
  return { channel: socketChannel(socket), opened };
}
