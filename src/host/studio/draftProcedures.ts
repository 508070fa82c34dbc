import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import type { LibraryClient } from '../../library/client.ts';
import { NoisefloorError } from '../../study/errors.ts';

/** More than the largest study file takes, in characters. */
const mostCharacters = 4_000_000;

/** Plans that are still being made. */
export function draftProcedures(library: LibraryClient): Implementation<StudioContract>['drafts'] {
  return {
    list: async () => ({ items: await library.listDrafts() }),
    read: ({ draft }) => library.draft(draft),
    save: async ({ draft: id, name, content }) => {
      if (JSON.stringify(content).length > mostCharacters) {
        throw new NoisefloorError(
          'draft-too-large',
          'This plan is too large to be kept. Shorten its notes or lists.',
        );
      }
      await library.saveDraft({ id, name, content });
      return null;
    },
    delete: async ({ draft }) => {
      await library.deleteDraft(draft);
      return null;
    },
  };
}
