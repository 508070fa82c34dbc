import { z } from 'zod';
import { call, stream } from './procedure.ts';
import { runChangeSchema, runPhase, runStateSchema } from './runState.ts';
import { done, list, replicateId, studyId } from './values.ts';

const ofStudy = z.strictObject({ study: studyId });
const ofReplicate = z.strictObject({ study: studyId, replicate: replicateId });

const gpuNumber = z.int().min(0).max(99);

/** More processes at once than any machine runs. */
const mostParallel = 1024;

/**
 * Runs of studies. A run belongs to the host, not to a window: it goes on when the window is closed, and any window can
 * watch and end it. `run-unknown` is thrown where this host has not run the study since it started.
 */
export const runProcedures = {
  /** The last run of each study that this host has run, the newest first. */
  list: call(
    z.null(),
    z.object({
      items: list(
        z.object({
          study: z.object({ id: z.string(), name: z.string() }),
          phase: runPhase,
          startedAt: z.string(),
          endedAt: z.string().nullable(),
        }),
      ),
    }),
  ),
  /**
   * Runs whatever a study has not finished. Throws `study-running` where it runs here already.
   * `parallel` is how many replicates run at once: null measures what is fastest.
   * `devices` are the numbers of the GPUs to spread replicates over; null is those that the study's device means.
   * `only` names the replicates to run; null is all that are not finished.
   * `preparation` is what `planning.prepare` told of this study; null prepares it first.
   */
  start: call(
    z.strictObject({
      study: studyId,
      parallel: z.int().min(1).max(mostParallel).nullable(),
      devices: z.array(gpuNumber).min(1).max(100).nullable().default(null),
      retryFailed: z.boolean(),
      only: list(replicateId).nullable().default(null),
      preparation: z.string().max(100).nullable(),
    }),
    runStateSchema,
  ),
  /** First the state as it is, then every change until the run is over; see `applyRunChange`. */
  watch: stream(
    ofStudy,
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('state'), state: runStateSchema }),
      ...runChangeSchema.options,
    ]),
  ),
  /** Stops after the steps at hand; finished epochs are kept, and `start` goes on from them. */
  stop: call(ofStudy, done),
  /** Ends at once; finished epochs are kept all the same. */
  kill: call(ofStudy, done),
  /**
   * Stops one replicate after its step, or does not start it, in this run; the others go on. `start` takes it up again.
   * Throws `run-unready` where nothing is being trained, `replicate-unknown`, `replicate-ended`.
   */
  cancelReplicate: call(ofReplicate, done),
  /**
   * Runs one replicate after all that was cancelled, that failed, or that this run left out. Throws as
   * `cancelReplicate`, and `replicate-excluded`.
   */
  retryReplicate: call(ofReplicate, done),
  /** How many of a study's replicates other hosts have: hosts that are alive, and hosts that have ended without giving them back. */
  elsewhere: call(ofStudy, z.object({ alive: z.int(), left: z.int() })),
};
