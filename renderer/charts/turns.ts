let turn: Promise<unknown> = Promise.resolve();

/**
 * Resolves at once, and for whoever asks next after a frame has been drawn: pictures, and parts of a page, that appear
 * together come one a frame.
 */
export function turnToDraw(): Promise<unknown> {
  const mine = turn;
  turn = mine.then(
    // Within the frame others that wait for it would still be drawn.
    () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0))),
  );
  return mine;
}
