import { figureEditsSchema, type FigureEdits } from '../../figures/edits.ts';
import type { FigureName } from '../../figures/names.ts';
import type { LibraryClient } from '../../library/client.ts';

/**
 * What a person changed of each figure of a study. Changes that this version does not understand are left out: the
 * figure is drawn as it comes.
 */
export async function savedEdits(library: LibraryClient, study: string): Promise<Map<string, FigureEdits>> {
  const saved = await library.savedFigures(study);
  return new Map(
    saved.flatMap(({ figure, edits }) => {
      const parsed = figureEditsSchema.safeParse(edits);
      return parsed.success ? [[figure, parsed.data] as const] : [];
    }),
  );
}

/** The edits of one figure. */
export async function savedEditsOf(
  library: LibraryClient,
  study: string,
  figure: FigureName,
): Promise<FigureEdits> {
  return (await savedEdits(library, study)).get(figure) ?? {};
}
