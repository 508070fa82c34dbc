import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const source = new URL('../../../src/analysis/kernels/assembly/disagreement.ts', import.meta.url);
const target = new URL('../../../src/analysis/kernels/disagreementKernel.ts', import.meta.url);

const options = [
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '-O3',
  '--converge',
  '--noAssert',
  '--initialMemory',
  '1',
];

/** Compiles the AssemblyScript kernel and returns the text of the TypeScript file that holds its bytes. */
export async function compileDisagreementKernel(): Promise<string> {
  const text = await readFile(source, 'utf8');
  let bytes: Uint8Array | undefined;
  const messages: string[] = [];
  const { error } = await asc.main(['disagreement.ts', '-o', 'disagreement.wasm', ...options], {
    readFile: (name: string) => (name === 'disagreement.ts' ? text : null),
    writeFile: (name: string, contents: string | Uint8Array) => {
      if (name === 'disagreement.wasm' && typeof contents !== 'string') bytes = contents;
    },
    listFiles: () => [],
    stderr: { write: (chunk: Uint8Array | string) => void messages.push(chunk.toString()) },
  });
  if (error !== null || bytes === undefined) {
    throw new Error(`AssemblyScript could not compile ${fileURLToPath(source)}:\n${messages.join('')}`);
  }
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,100}/g) ?? [];
  return [
    '/** Generated from assembly/disagreement.ts by `npm run build:kernels`: WebAssembly in base64. Do not edit. */',
    `export const disagreementKernel =\n${lines.map((line) => `  '${line}'`).join(' +\n')};`,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(target, await compileDisagreementKernel());
}
