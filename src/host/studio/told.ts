/**
 * Does something and yields what it tells meanwhile, one after the other.
 * @param work is given what to tell with.
 * @returns (from the generator) what `work` did; whoever leaves earlier waits until it has ended all the same.
 */
export async function* told<Item, Result>(
  work: (tell: (item: Item) => void) => Promise<Result>,
): AsyncGenerator<Item, Result> {
  const items: Item[] = [];
  let wake = (): void => undefined;
  let isOver = false;
  const result = work((item) => {
    items.push(item);
    wake();
  }).finally(() => {
    isOver = true;
    wake();
  });
  // It is awaited below; until then its failure is nobody's surprise.
  result.catch(() => undefined);
  const over = (): boolean => isOver;
  try {
    while (items.length > 0 || !over()) {
      const item = items.shift();
      if (item === undefined) await new Promise<void>((resolve) => (wake = resolve));
      else yield item;
    }
    return await result;
  } finally {
    // Whoever left is not told any more, but processes that were started are waited for before others are.
    await result.catch(() => undefined);
  }
}
