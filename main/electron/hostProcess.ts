// The process that the desktop's host lives in: SQLite and analysis stay off the threads of Electron.
import { Ending, type Channel } from '../../src/contract/channel.ts';
import { serveWindow } from '../../src/host/studio/studioWindow.ts';
import { createStudioHost } from '../host/createStudioHost.ts';
import { toHostSchema, type FromHost } from './hostMessages.ts';
import { optionInArguments } from './openedFiles.ts';

interface Window {
  receive: (message: Uint8Array) => void;
  readonly ending: Ending;
}

const args = process.argv.slice(2);
const library = optionInArguments(args, '--library');
const data = args.flatMap((arg, index) => (arg === '--data' ? (args[index + 1] ?? []) : []));
const host = createStudioHost(library, data);
const windows = new Map<number, Window>();

const send = (message: FromHost): void => {
  if (process.connected) process.send?.(message);
};

function connect(window: number): void {
  const ending = new Ending();
  const waiting: Uint8Array[] = [];
  const entry: Window = { receive: (message) => waiting.push(message), ending };
  const channel: Channel = {
    send: (message) => {
      if (!ending.ended) send({ type: 'message', window, data: message });
    },
    onMessage: (listener) => {
      entry.receive = listener;
      for (const message of waiting.splice(0)) listener(message);
    },
    onClose: (listener) => {
      ending.onEnd(listener);
    },
    close: () => {
      windows.delete(window);
      ending.end();
      send({ type: 'disconnect', window });
    },
  };
  windows.set(window, entry);
  serveWindow(host, channel);
}

async function close(): Promise<void> {
  for (const { ending } of windows.values()) ending.end();
  await host.close();
  process.exit(0);
}

process.on('message', (given: unknown) => {
  const message = toHostSchema.parse(given);
  switch (message.type) {
    case 'connect':
      connect(message.window);
      return;
    case 'message':
      windows.get(message.window)?.receive(message.data);
      return;
    case 'disconnect':
      windows.get(message.window)?.ending.end();
      windows.delete(message.window);
      return;
    case 'choose':
      host.shelf.choose(message.file);
      return;
    case 'close':
      void close();
  }
});
// Without the desktop nobody can reach this host: replicates stop after the step at hand.
process.on('disconnect', () => void close());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void close());
send({ type: 'ready' });
