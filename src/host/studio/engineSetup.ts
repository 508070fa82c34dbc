import type { CallContext } from '../../contract/procedure.ts';
import { NoisefloorError } from '../../study/errors.ts';
import { told } from './told.ts';

/**
 * Sets up what training needs.
 * @param onLine is told each line that is said meanwhile.
 * @param signal ends it; what is finished stays.
 * @throws NoisefloorError `engine-not-prepared`, `cancelled`.
 */
export type EnginePreparer = (onLine: (line: string) => void, signal: AbortSignal) => Promise<void>;

/** The set-up of what training needs: one at a time, whoever asks for it. */
export class EngineSetup {
  readonly #prepareEngine: EnginePreparer;
  #isPreparing = false;

  constructor(prepareEngine: EnginePreparer) {
    this.#prepareEngine = prepareEngine;
  }

  /** As `setup.prepareEngine` of the contract. */
  async *prepare({ signal }: CallContext): AsyncGenerator<{ line: string; percent: number | null }> {
    if (this.#isPreparing) {
      throw new NoisefloorError(
        'engine-preparing',
        'TensorFlow is being set up already, from another window. Wait for it.',
      );
    }
    this.#isPreparing = true;
    try {
      const lines = told<string, null>(async (tell) => {
        await this.#prepareEngine(tell, signal);
        return null;
      });
      for await (const line of lines) {
        yield { line, percent: percentOf(line) };
      }
    } finally {
      this.#isPreparing = false;
    }
  }
}

/** What a line of progress says: `fetching TensorFlow: 12 MB of 274 MB, 4 %, 9 MB/s`. */
function percentOf(line: string): number | null {
  const [, percent] = /\b(\d{1,3}) %/.exec(line) ?? [];
  return percent === undefined ? null : Math.min(100, Number(percent));
}
