import { z } from 'zod';
import { NoisefloorError } from '../study/errors.ts';

/**
 * Reads JSON that a library holds.
 * @param what it is, and of what, for the message.
 * @throws NoisefloorError `library-damaged` when it is not what this version stores.
 */
export function parseStored<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  what: string,
): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NoisefloorError('library-damaged', `The library's ${what} is not JSON.`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new NoisefloorError(
      'library-damaged',
      `The library's ${what} is not valid: ${z.prettifyError(parsed.error)}`,
      { details: { what }, cause: parsed.error },
    );
  }
  return parsed.data;
}
