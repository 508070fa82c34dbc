import type { GraphOutput, SessionVariable } from './graphDefinition.ts';

/** A weight, and the gradient to update it by. */
export interface WeightUpdate {
  readonly weight: SessionVariable;
  readonly gradient: GraphOutput;
  /** What must have run before the update. */
  readonly after?: readonly GraphOutput[];
}

/** An optimiser whose state lives in the session. */
export interface Optimizer {
  /** All of its state, in a fixed order. */
  readonly state: readonly SessionVariable[];
  /**
   * Adds the nodes of one update.
   * @param learningRate float32 scalar.
   * @param updates one for each weight.
   * @param after what must have run before the state that belongs to no weight is updated.
   * @returns the updates, for control inputs.
   */
  update(
    learningRate: GraphOutput,
    updates: readonly WeightUpdate[],
    after?: readonly GraphOutput[],
  ): GraphOutput[];
}
