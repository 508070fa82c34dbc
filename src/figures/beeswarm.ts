/**
 * Moves dots of one row apart so that none hides another: each gets the free lane nearest to the middle.
 * @param values positions along the row.
 * @param width how far apart along the row two dots of one lane must be.
 * @returns the lane of each value: 0 in the middle, then 1, -1, 2, -2 ...
 */
export function beeswarmLanes(values: readonly number[], width: number): number[] {
  const lanes = new Array<number>(values.length).fill(0);
  const lastInLane = new Map<number, number>();
  const order = values.map((_, index) => index).toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  for (const index of order) {
    const value = values[index] ?? 0;
    let step = 0;
    while (value - (lastInLane.get(laneOf(step)) ?? Number.NEGATIVE_INFINITY) < width) step += 1;
    lanes[index] = laneOf(step);
    lastInLane.set(laneOf(step), value);
  }
  return lanes;
}

function laneOf(step: number): number {
  return step % 2 === 1 ? (step + 1) / 2 : step === 0 ? 0 : -step / 2;
}
