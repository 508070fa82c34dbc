import { spawn, type ChildProcess } from 'node:child_process';
import { NoisefloorError } from '../study/errors.ts';
import type { WorkOrder } from '../study/replicate.ts';
import { replayAnswerSchema, type ReplayAnswer, type ReplayRequest } from './replay.ts';
import type { ReplicateCommand } from './replicateProcess.ts';

/** As much of what a failed process printed as an error message quotes. */
const quotedOutput = 2000;

type AnswerOf<Type extends ReplayAnswer['type']> = Extract<ReplayAnswer, { type: Type }>;

/** A process that trains a replicate once more under its own configuration, and answers what it is asked about it. */
export class ReplayProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  #output = '';
  #waiting: ((answer: ReplayAnswer | null) => void) | null = null;

  private constructor(child: ChildProcess, name: string) {
    this.#child = child;
    this.#name = name;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#output = (this.#output + text).slice(-quotedOutput);
    });
    child.on('message', (message) => {
      const parsed = replayAnswerSchema.safeParse(message);
      this.#answer(parsed.success ? parsed.data : null);
    });
    child.once('error', (error) => {
      this.#output += error.message;
      this.#answer(null);
    });
    child.once('close', () => {
      this.#answer(null);
    });
  }

  /**
   * Starts the process and loads the replicate's data and network.
   * @throws NoisefloorError the process's own, or `replay-crashed` with what it printed last.
   */
  static async open(options: {
    command: ReplicateCommand;
    order: WorkOrder;
    environment: Readonly<Record<string, string>>;
  }): Promise<ReplayProcess> {
    const { command, order } = options;
    const child = spawn(command.command, [...command.args], {
      env: { ...process.env, ...options.environment },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    const opened = new ReplayProcess(child, `${order.variant.name}, replicate ${order.index + 1}`);
    try {
      await opened.ask('opened', { type: 'open', order });
    } catch (error) {
      opened.close();
      throw error;
    }
    return opened;
  }

  /** Asks one thing and waits for its answer; nothing else may be asked meanwhile. */
  async ask<Type extends ReplayAnswer['type']>(type: Type, request: ReplayRequest): Promise<AnswerOf<Type>> {
    const answer = await new Promise<ReplayAnswer | null>((resolve) => {
      this.#waiting = resolve;
      this.#child.send(request, (error) => {
        if (error === null) return;
        this.#output += error.message;
        this.#answer(null);
      });
    });
    if (answer?.type === 'error') throw new NoisefloorError(answer.code, `${this.#name}: ${answer.message}`);
    if (answer?.type !== type) {
      throw new NoisefloorError(
        'replay-crashed',
        `The process that replays ${this.#name} ended or answered something else. It printed last:\n${this.#output.trim() || '(nothing)'}\nRun "noisefloor doctor" to check the set-up.`,
      );
    }
    return answer as AnswerOf<Type>;
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }

  #answer(answer: ReplayAnswer | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(answer);
  }
}
