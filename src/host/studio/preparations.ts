import { randomUUID } from 'node:crypto';
import { NoisefloorError } from '../../study/errors.ts';
import type { Study } from '../../study/study.ts';
import type { Preparation } from '../prepareStudy.ts';

/** So many of the last preparations are remembered. */
const mostKept = 16;

/** What was found out about studies before they run, so that nothing is measured twice. */
export class Preparations {
  readonly #kept = new Map<string, { preparation: Preparation; of: string }>();

  /** Remembers a preparation. @returns its id. */
  keep(study: Study, preparation: Preparation): string {
    const id = randomUUID();
    this.#kept.set(id, { preparation, of: experimentOf(study) });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
    return id;
  }

  /**
   * A preparation of a study, or null where none is named.
   * @throws NoisefloorError `preparation-unknown`, `preparation-differs` where it is of another task or execution.
   */
  of(study: Study, id: string | null): Preparation | null {
    if (id === null) return null;
    const kept = this.#kept.get(id);
    if (kept === undefined) {
      throw new NoisefloorError(
        'preparation-unknown',
        'What was measured of this study is not known any more. Measure it again.',
      );
    }
    if (kept.of !== experimentOf(study)) {
      throw new NoisefloorError(
        'preparation-differs',
        'The task or the execution has changed since the study was measured. Measure it again.',
      );
    }
    return kept.preparation;
  }
}

/** What a preparation depends on. */
const experimentOf = ({ task, execution }: Study): string => JSON.stringify({ task, execution });
