/** Which attribute of the file's root holds the model that Keras saved. */
const modelAttribute = 'model_config';

/** The first bytes of an HDF5 file. */
export const hdf5Signature: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * The JSON of the model that Keras saved in an HDF5 file; null where the file holds none, as one of weights alone does. The
 * library is loaded when such a file is read, and nothing but the attribute is read of it.
 * @throws what the library throws where the file is damaged.
 */
export async function modelInHdf5(path: string): Promise<string | null> {
  const { default: h5wasm } = await import('h5wasm/node');
  const library = await h5wasm.ready;
  // Otherwise it prints what is wrong with a damaged file, and goes on.
  library.activate_throwing_error_handler();
  try {
    const file = new h5wasm.File(path, 'r');
    const value: unknown = file.attrs[modelAttribute]?.value;
    file.close();
    return typeof value === 'string' ? value : null;
  } finally {
    library.deactivate_throwing_error_handler();
  }
}
