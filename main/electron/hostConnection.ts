import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fromHostSchema, type ToHost } from './hostMessages.ts';

/** What the main process needs of a window's port: Electron's MessagePortMain, or Node's MessagePort. */
export interface RelayedPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (given: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

export interface HostCommand {
  /** A Node that strips types: the one that `npm start` fetched, or Electron itself as Node. */
  node: string;
  script: string;
  args: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The host's process, and the relay between it and windows' ports. The main process passes bytes on and looks at none.
 */
export class HostConnection {
  /** Settles with the exit code when the process has ended, for whatever reason. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #ports = new Map<number, RelayedPort>();
  #lastWindow = 0;

  constructor({ node, script, args, environment }: HostCommand) {
    this.#child = fork(script, args, {
      execPath: node,
      execArgv: [],
      env: { ...environment },
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('message', (given) => {
      this.#receive(given);
    });
    this.ended = once(this.#child, 'exit').then(
      ([code]) => {
        for (const port of this.#ports.values()) port.close();
        return typeof code === 'number' ? code : null;
      },
      () => null,
    );
  }

  /** Connects a window's port to the host, until either side ends it. */
  connect(port: RelayedPort): void {
    this.#lastWindow += 1;
    const window = this.#lastWindow;
    this.#ports.set(window, port);
    this.#send({ type: 'connect', window });
    port.on('message', (given) => {
      const data = bytesOf(given);
      if (data === null) port.close();
      else this.#send({ type: 'message', window, data });
    });
    port.on('close', () => {
      if (this.#ports.delete(window)) this.#send({ type: 'disconnect', window });
    });
    port.start();
  }

  /** Lets windows open a file that the person chose in a dialog. */
  choose(file: string): void {
    this.#send({ type: 'choose', file });
  }

  /** Ends the host: replicates stop after the step at hand. */
  async close(): Promise<void> {
    this.#send({ type: 'close' });
    await this.ended;
  }

  #send(message: ToHost): void {
    if (this.#child.connected) this.#child.send(message);
  }

  #receive(given: unknown): void {
    const message = fromHostSchema.parse(given);
    if (message.type === 'ready') return;
    const port = this.#ports.get(message.window);
    if (message.type === 'message') {
      port?.postMessage(message.data);
    } else {
      this.#ports.delete(message.window);
      port?.close();
    }
  }
}

/** Electron gives an event with the data in it, Node the data. */
function bytesOf(given: unknown): Uint8Array<ArrayBuffer> | null {
  const data: unknown = typeof given === 'object' && given !== null && 'data' in given ? given.data : given;
  return data instanceof Uint8Array ? new Uint8Array(data) : null;
}
