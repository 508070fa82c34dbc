import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const predictions = { replicates: 3, examples: 4, data: Uint8Array.of(0, 1, 2, 3, 0, 1, 2, 9, 5, 5, 5, 5) };

beforeEach(() => {
  // The kernel is compiled once for each copy of its module.
  vi.resetModules();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function freshModules() {
  const { partialDisagreements } = await import('../../../src/analysis/disagreement.ts');
  const { simdDisagreements } = await import('../../../src/analysis/kernels/simdDisagreement.ts');
  return { partialDisagreements, simdDisagreements };
}

test.each([
  ['without WebAssembly', undefined],
  ['where its validation refuses SIMD', { validate: () => false }],
])('%s the counts come from plain JavaScript', async (_, replacement) => {
  vi.stubGlobal('WebAssembly', replacement);
  const { partialDisagreements, simdDisagreements } = await freshModules();
  expect(simdDisagreements(predictions, 0, 4)).toBeNull();
  expect([...partialDisagreements(predictions)]).toEqual([1, 4, 4]);
});

test('with it they come from WebAssembly', async () => {
  const { simdDisagreements } = await freshModules();
  expect([...(simdDisagreements(predictions, 0, 4) ?? [])]).toEqual([1, 4, 4]);
});
