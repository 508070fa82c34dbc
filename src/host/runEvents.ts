import type { RunEvent } from '../contract/runEvents.ts';

export type { PlannedReplicate, RunEvent } from '../contract/runEvents.ts';

/** Told what happens while a study runs. */
export type RunListener = (event: RunEvent) => void;
