import type * as H5wasm from 'h5wasm/node';

/** The HDF5 library, loaded when the first file is opened: it brings megabytes of WebAssembly that most commands never need. */
export async function hdf5Library(): Promise<Pick<typeof H5wasm, 'Dataset' | 'File' | 'Group'>> {
  const library = await import('h5wasm/node');
  const module = await library.ready;
  // Otherwise it tells standard error what is thrown anyway.
  module.activate_throwing_error_handler();
  return library;
}
