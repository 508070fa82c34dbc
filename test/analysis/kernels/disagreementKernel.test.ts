import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileDisagreementKernel } from './buildKernel.ts';

test('the committed bytes are what the AssemblyScript source compiles to', async () => {
  const committed = readFileSync(
    new URL('../../../src/analysis/kernels/disagreementKernel.ts', import.meta.url),
    'utf8',
  );
  expect(committed).toBe(await compileDisagreementKernel());
});
