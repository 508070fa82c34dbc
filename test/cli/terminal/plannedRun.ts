import type { PlannedReplicate, RunEvent } from '../../../src/host/runEvents.ts';

/** A planned run with one replicate of variant V a name, each with so many epochs finished before. */
export function plannedRun(
  finished: Readonly<Record<string, number>>,
  epochs: number,
): Extract<RunEvent, { type: 'planned' }> & { replicates: PlannedReplicate[] } {
  const replicates = Object.entries(finished).map(([id, finishedEpochs], index) => ({
    id,
    variant: 'V',
    index,
    finishedEpochs,
    outcome: null as PlannedReplicate['outcome'],
  }));
  return {
    type: 'planned',
    at: '2026-03-14T09:26:53.000Z',
    study: { id: 'study-1', name: 'A study' },
    replicates,
    epochs,
    parallel: 2,
  };
}
