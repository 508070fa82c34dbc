import { defineStore } from 'pinia';
import { useConnection, type StudioClient } from '../host/connection.ts';
import { counted } from '../measures/format.ts';
import { useOpenStudy, type ReplicateRow } from './openStudy.ts';
import { useToasts } from './toasts.ts';

type Rows = readonly ReplicateRow[];

/** What can be done to many replicates of the open study at once; all of it can be undone. */
export const useReplicateChanges = defineStore('replicateChanges', () => {
  const { client } = useConnection();
  const open = useOpenStudy();
  const toasts = useToasts();

  async function change(act: (host: StudioClient) => Promise<unknown>): Promise<void> {
    if (client.value === null) throw new Error('There is no connection to the host at the moment.');
    await act(client.value);
    await open.query.reload();
  }

  const excludeAs = (rows: Rows, reasonOf: (row: ReplicateRow) => string | null): Promise<void> =>
    change((host) =>
      host.replicates.setExclusions({
        items: rows.map((row) => ({ replicate: row.id, reason: reasonOf(row) })),
      }),
    );
  const tagAs = (rows: Rows, tagsOf: (row: ReplicateRow) => readonly string[]): Promise<void> =>
    change((host) =>
      host.replicates.setTags({ items: rows.map((row) => ({ replicate: row.id, tags: [...tagsOf(row)] })) }),
    );
  const noteAs = (row: ReplicateRow, notes: string): Promise<void> =>
    change((host) => host.replicates.setNotes({ replicate: row.id, notes }));

  return {
    /** Leaves replicates out of every measure, saying why, or takes them in again where the reason is null. */
    exclude: (rows: Rows, reason: string | null): Promise<boolean> =>
      toasts.attempt(async () => {
        const affected = rows.filter(({ excludedReason }) => excludedReason !== reason);
        if (affected.length === 0) return;
        await excludeAs(affected, () => reason);
        const verb = affected.length === 1 ? 'counts' : 'count';
        const what = reason === null ? `${verb} again` : `no longer ${verb}`;
        toasts.say(`${counted(affected.length, 'replicate')} ${what}.`, () =>
          excludeAs(affected, ({ excludedReason }) => excludedReason),
        );
      }),
    addTag: (rows: Rows, tag: string): Promise<boolean> =>
      toasts.attempt(async () => {
        const affected = rows.filter(({ tags }) => !hasTag(tags, tag));
        if (affected.length === 0) return;
        await tagAs(affected, ({ tags }) => [...tags, tag]);
        toasts.say(`Tagged ${counted(affected.length, 'replicate')} with ${tag}.`, () =>
          tagAs(affected, ({ tags }) => tags),
        );
      }),
    removeTag: (rows: Rows, tag: string): Promise<boolean> =>
      toasts.attempt(async () => {
        const affected = rows.filter(({ tags }) => hasTag(tags, tag));
        await tagAs(affected, ({ tags }) => tags.filter((other) => !hasTag([other], tag)));
        toasts.say(`Took the tag ${tag} from ${counted(affected.length, 'replicate')}.`, () =>
          tagAs(affected, ({ tags }) => tags),
        );
      }),
    /** Keeps notes as they are typed. */
    saveNotes: (row: ReplicateRow, notes: string): Promise<boolean> =>
      toasts.attempt(() => noteAs(row, notes)),
    /** Says that notes were changed, once, with a way back to what they were. */
    saidNotes: (row: ReplicateRow, before: string): void => {
      toasts.say(`Changed the notes of ${row.variant} ${row.index}.`, () => noteAs(row, before));
    },
  };
});

function hasTag(tags: readonly string[], tag: string): boolean {
  return tags.some((other) => other.toLowerCase() === tag.toLowerCase());
}
