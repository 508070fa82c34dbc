import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { NoisefloorError } from '../../../src/study/errors.ts';
import type { PythonPeer } from './pythonPeer.ts';

/** A Python script that answers each line of JSON with one line of JSON. */
export class PeerProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;
  readonly #script: string;

  /** @param script path of the script. */
  constructor(peer: PythonPeer, script: string) {
    this.#script = script;
    this.#child = spawn(peer.command, [script], {
      env: peer.environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // A script that cannot start or ends early shows in the answers, which then end too.
    this.#child.on('error', () => undefined);
    this.#child.stdin.on('error', () => undefined);
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * Asks and waits for the answer; one question at a time.
   * @throws NoisefloorError `peer-failed` when the script ends instead; its own words are on standard error.
   */
  async ask(request: Readonly<Record<string, unknown>>): Promise<unknown> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) {
      throw new NoisefloorError(
        'peer-failed',
        `The comparison's Python side (${this.#script}) ended before it answered; its messages are above.`,
      );
    }
    return JSON.parse(answer.value);
  }

  /** Ends the script. */
  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }
}
