import type { LibraryClient } from '../../src/library/client.ts';
import { openLibrary } from '../library/openLibrary.ts';

/** Opens a library for as long as `use` takes. */
export async function withLibrary<Result>(
  path: string | undefined,
  use: (library: LibraryClient) => Promise<Result>,
): Promise<Result> {
  const library = await openLibrary(path ?? null);
  try {
    return await use(library);
  } finally {
    await library.close();
  }
}
