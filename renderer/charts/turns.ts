let turn: Promise<unknown> = Promise.resolve();

/** Resolves at once, and for whoever asks next in a later frame: pictures that appear together are drawn one a frame. */
export function turnToDraw(): Promise<unknown> {
  const mine = turn;
  turn = mine.then(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  return mine;
}
