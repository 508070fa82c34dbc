import { setTimeout as delay } from 'node:timers/promises';

type Job = () => Promise<unknown>;

/** What may be asked for next. */
export interface Plan {
  readonly study: string;
  /** Another plan of the same kind takes its place. */
  readonly kind: string;
  readonly jobs: readonly Job[];
  /** Milliseconds without a question before a job begins, so that the library answers others first. */
  readonly quiet: number;
}

/**
 * Computes what is likely to be asked for next, one thing at a time, while nobody waits for an answer. The last plan comes
 * first; with another study those of the one before are given up.
 */
export class LookAhead {
  readonly #plans = new Map<string, { plan: Plan; jobs: Job[] }>();
  #study: string | null = null;
  #waiting = 0;
  #askedAt = 0;
  #isAtWork = false;

  /** Nothing is begun while an answer is waited for. */
  async asked<Value>(answer: Promise<Value>): Promise<Value> {
    this.#waiting += 1;
    try {
      return await answer;
    } finally {
      this.#waiting -= 1;
      this.#askedAt = performance.now();
    }
  }

  plan(plan: Plan): void {
    if (plan.study !== this.#study) this.#plans.clear();
    this.#study = plan.study;
    this.#askedAt = performance.now();
    this.#plans.delete(plan.kind);
    this.#plans.set(plan.kind, { plan, jobs: [...plan.jobs] });
    if (!this.#isAtWork) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    for (let next = await this.#next(); next !== null; next = await this.#next()) {
      try {
        await next.job();
      } catch {
        // Nobody asked for it. Whoever does is told what is wrong; a studio that was closed asks nothing more.
        this.#plans.delete(next.kind);
      }
    }
    this.#isAtWork = false;
  }

  /** Waits until a job may begin. @returns null where there is none. */
  async #next(): Promise<{ job: Job; kind: string } | null> {
    for (let last = this.#last(); last !== undefined; last = this.#last()) {
      const { kind, quiet } = last.plan;
      const left = this.#waiting > 0 ? quiet : this.#askedAt + quiet - performance.now();
      if (left > 0) {
        await delay(left, undefined, { ref: false });
        continue;
      }
      const job = last.jobs.shift();
      if (job !== undefined) return { job, kind };
      this.#plans.delete(kind);
    }
    return null;
  }

  #last(): { plan: Plan; jobs: Job[] } | undefined {
    return [...this.#plans.values()].at(-1);
  }
}
