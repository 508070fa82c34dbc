/** Progress on stderr: one line that is rewritten on a terminal, now and then a new line anywhere else. */

import { readableBytes } from './messages.js';

const terminalInterval = 100;
const lineInterval = 10_000;

/** Progress of one piece of work, counted in bytes, or in seconds where no total is known. */
export class Progress {
  #label;
  #total;
  #started = Date.now();
  #lastDrawn = 0;
  #lastDone = 0;
  #nextTenth = 1;
  /** @type {NodeJS.Timeout | null} */
  #timer = null;

  /**
   * @param {string} label what is being done
   * @param {number | null} total bytes in all, or null when only time can be told
   */
  constructor(label, total) {
    this.#label = label;
    this.#total = total;
    this.#draw(0);
    if (total === null) {
      this.#timer = setInterval(
        () => {
          this.#draw(0);
        },
        process.stderr.isTTY ? 1000 : lineInterval,
      );
    }
  }

  /**
   * @param {number} done bytes done so far
   * @returns {void}
   */
  update(done) {
    this.#lastDone = done;
    const now = Date.now();
    if (process.stderr.isTTY) {
      if (now - this.#lastDrawn >= terminalInterval) this.#draw(done);
      return;
    }
    const tenth = this.#total === null ? 0 : Math.floor((10 * done) / this.#total);
    if (tenth < this.#nextTenth && now - this.#lastDrawn < lineInterval) return;
    this.#nextTenth = tenth + 1;
    this.#draw(done);
  }

  /**
   * Ends the display; without `succeeded` the last state stays on the screen.
   * @param {boolean} succeeded
   * @returns {void}
   */
  end(succeeded) {
    if (this.#timer !== null) clearInterval(this.#timer);
    const seconds = ((Date.now() - this.#started) / 1000).toFixed(1);
    const state = succeeded ? `done in ${seconds} s` : `not finished, after ${seconds} s`;
    this.#write(`${this.#label}: ${state}`);
    if (process.stderr.isTTY) process.stderr.write('\n');
  }

  /** @param {number} done */
  #draw(done) {
    this.#lastDrawn = Date.now();
    const seconds = (this.#lastDrawn - this.#started) / 1000;
    if (this.#total === null) {
      this.#write(seconds < 1 ? `${this.#label} ...` : `${this.#label} ... ${seconds.toFixed(0)} s`);
      return;
    }
    const percent = Math.min(100, Math.floor((100 * this.#lastDone) / this.#total));
    const rate = seconds > 0.5 && done > 0 ? `, ${readableBytes(done / seconds)}/s` : '';
    this.#write(
      `${this.#label}: ${readableBytes(done)} of ${readableBytes(this.#total)}, ${percent.toFixed(0)} %${rate}`,
    );
  }

  /** @param {string} text */
  #write(text) {
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[2Kset-up: ${text}` : `set-up: ${text}\n`);
  }
}

/**
 * Shows progress while `work` runs, and ends it with the outcome.
 * @template T
 * @param {string} label
 * @param {number | null} total bytes in all, or null
 * @param {(progress: Progress) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(label, total, work) {
  const progress = new Progress(label, total);
  let succeeded = false;
  try {
    const result = await work(progress);
    succeeded = true;
    return result;
  } finally {
    progress.end(succeeded);
  }
}
