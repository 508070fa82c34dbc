import type { WebSocket, WebSocketServer } from 'ws';

/** How often each window is asked whether it is there, in milliseconds. */
const interval = 30_000;
/** A window that leaves so much unread is not there any more. */
const mostUnreadBytes = 1024 ** 3;

/**
 * Ends the connections of windows that went without a goodbye, as they do when a tunnel breaks.
 * @returns what ends that.
 */
export function keepAlive(sockets: WebSocketServer): () => void {
  const asked = new WeakSet<WebSocket>();
  sockets.on('connection', (window: WebSocket) => {
    window.on('pong', () => asked.delete(window));
  });
  const timer = setInterval(() => {
    for (const window of sockets.clients) {
      if (asked.has(window) || window.bufferedAmount > mostUnreadBytes) {
        window.terminate();
      } else {
        asked.add(window);
        window.ping();
      }
    }
  }, interval);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
