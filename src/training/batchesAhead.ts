import type { Batch } from '../data/accumulationOrder.ts';
import { batchesAhead, type TrainingSession } from '../engine/trainingSession.ts';

/**
 * Batches in their order, each with those that follow it: streamed examples are read and decoded ahead. Held examples
 * need none of it, and their batches are drawn one at a time.
 */
export function* withAhead(
  session: Pick<TrainingSession, 'isStreamed'>,
  batches: Iterable<Batch>,
): Generator<Batch & { readonly ahead: readonly Batch[] }, undefined> {
  const wanted = session.isStreamed ? batchesAhead : 0;
  const drawn: Batch[] = [];
  const takeFirst = function* (): Generator<Batch & { ahead: Batch[] }> {
    const first = drawn.shift();
    if (first !== undefined) yield { ...first, ahead: [...drawn] };
  };
  for (const batch of batches) {
    drawn.push(batch);
    if (drawn.length > wanted) yield* takeFirst();
  }
  while (drawn.length > 0) yield* takeFirst();
}
