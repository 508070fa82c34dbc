import type { PlannedReplicate, RunEvent } from '../../../src/host/runEvents.ts';
import type { ReplicateOutcome } from '../../../src/scheduling/replicateProcess.ts';

export interface ReplicateState extends PlannedReplicate {
  /** Whether there is nothing left of it to train. */
  ended: boolean;
  status: 'waiting' | 'running' | ReplicateOutcome;
  epoch: number;
  /** Part of the epoch at hand that is done, 0 to 1. */
  epochFraction: number;
  examplesPerSecond: number;
  /** Test accuracy after each epoch seen in this run, as fractions. */
  accuracies: number[];
}

/** What is known of a run, kept up to date from its events; times are seconds since any fixed moment. */
export class RunState {
  studyName = '';
  preparing = '';
  epochs = 0;
  parallel = 0;
  readonly notes: string[] = [];
  readonly replicates = new Map<string, ReplicateState>();
  #firstProgressAt: number | null = null;
  #trainedAtFirstProgress = 0;

  apply(event: RunEvent, now: number): void {
    switch (event.type) {
      case 'preparing':
        this.preparing = event.message;
        return;
      case 'note':
        this.notes.push(event.message);
        return;
      case 'planned':
        this.#plan(event);
        return;
      case 'started':
      case 'adopted':
        this.#update(event.replicate, { status: 'running', ended: false, epochFraction: 0 });
        return;
      case 'waiting':
        this.#update(event.replicate, { status: 'waiting', ended: false });
        return;
      case 'stopping':
        return;
      case 'progress':
        this.#update(event.replicate, {
          epoch: event.epoch,
          epochFraction: event.step / event.stepsPerEpoch,
          examplesPerSecond: event.examplesPerSecond,
        });
        if (this.#firstProgressAt === null) {
          this.#firstProgressAt = now;
          this.#trainedAtFirstProgress = this.#trainedEpochs();
        }
        return;
      case 'epoch': {
        const replicate = this.replicates.get(event.replicate);
        replicate?.accuracies.push(event.testAccuracy);
        this.#update(event.replicate, { epoch: event.epoch + 1, epochFraction: 0 });
        return;
      }
      case 'ended':
        this.#update(event.replicate, {
          status: event.retry ? 'waiting' : event.outcome,
          ended: !event.retry && event.outcome !== 'stopped',
          examplesPerSecond: 0,
        });
    }
  }

  /** Part of all planned epochs that is done, 0 to 1. */
  get fraction(): number {
    return this.replicates.size === 0 ? 0 : this.#doneEpochs() / (this.replicates.size * this.epochs);
  }

  get endedCount(): number {
    return [...this.replicates.values()].filter((replicate) => replicate.ended).length;
  }

  get running(): ReplicateState[] {
    return [...this.replicates.values()].filter((replicate) => replicate.status === 'running');
  }

  /** Seconds until the last replicate ends at the pace of this run so far, or null while that is unknown. */
  remainingSeconds(now: number): number | null {
    if (this.#firstProgressAt === null) {
      return null;
    }
    const trained = this.#trainedEpochs() - this.#trainedAtFirstProgress;
    const elapsed = now - this.#firstProgressAt;
    if (trained <= 0 || elapsed < 2) {
      return null;
    }
    return ((1 - this.fraction) * this.replicates.size * this.epochs * elapsed) / trained;
  }

  #plan(event: Extract<RunEvent, { type: 'planned' }>): void {
    this.studyName = event.study.name;
    this.epochs = event.epochs;
    this.parallel = event.parallel;
    this.preparing = '';
    for (const planned of event.replicates) {
      this.replicates.set(planned.id, {
        ...planned,
        ended: planned.outcome !== null,
        status: planned.outcome ?? 'waiting',
        epoch: planned.finishedEpochs,
        epochFraction: 0,
        examplesPerSecond: 0,
        accuracies: [],
      });
    }
  }

  #update(id: string, change: Partial<ReplicateState>): void {
    const replicate = this.replicates.get(id);
    if (replicate !== undefined) {
      Object.assign(replicate, change);
    }
  }

  /** Epochs that need not be trained any more. */
  #doneEpochs(): number {
    return this.#sumEpochs((replicate) => (replicate.ended ? this.epochs : this.#epochsOf(replicate)));
  }

  /** Epochs that were trained; a replicate that failed has trained fewer than it will ever need. */
  #trainedEpochs(): number {
    return this.#sumEpochs((replicate) => this.#epochsOf(replicate));
  }

  #epochsOf({ epoch, epochFraction }: ReplicateState): number {
    return Math.min(this.epochs, epoch + epochFraction);
  }

  #sumEpochs(epochsOf: (replicate: ReplicateState) => number): number {
    return [...this.replicates.values()].reduce((sum, replicate) => sum + epochsOf(replicate), 0);
  }
}
