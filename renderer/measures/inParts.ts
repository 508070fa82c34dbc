/** As long as a part of work may keep the page from answering, in milliseconds. */
const partMilliseconds = 30;

/**
 * Does work that comes in small parts, and lets the page answer in between.
 * @returns its result; null where the signal was aborted before it was done.
 */
export async function inParts<Value>(
  work: Generator<undefined, Value>,
  signal: AbortSignal,
): Promise<Value | null> {
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < partMilliseconds) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (signal.aborted) return null;
    began = performance.now();
  }
}
