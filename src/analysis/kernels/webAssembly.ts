/**
 * The little of WebAssembly that the kernels need. Typed here because the portable rooms know neither the DOM's
 * types nor Node's.
 */
interface WebAssemblyApi {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object) => { readonly exports: object };
}

/** Memory of a WebAssembly instance; `buffer` is another object after each growth. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Bytes of one page of WebAssembly memory. */
export const pageBytes = 65_536;

/**
 * Compiles a kernel.
 * @returns a function that makes a fresh instance with memory of its own, or null where the host has no
 * WebAssembly or no SIMD in it.
 */
export function compileKernel(bytes: Uint8Array<ArrayBuffer>): (() => object) | null {
  const api = (globalThis as { WebAssembly?: WebAssemblyApi }).WebAssembly;
  if (api === undefined || !api.validate(bytes)) return null;
  const module = new api.Module(bytes);
  return () => new api.Instance(module).exports;
}
