import { defineStore } from 'pinia';
import { computed } from 'vue';
import { useConnection, type StudioClient } from '../host/connection.ts';
import { useQuery } from '../host/query.ts';
import { draftOfStudy } from '../pages/plan/planDraft.ts';
import type { DraftContent } from './draftContent.ts';
import { planSteps, useSelection } from './selection.ts';
import { useToasts } from './toasts.ts';

type JsonValue = Parameters<StudioClient['drafts']['save']>[0]['content'];
export type DraftRow = Awaited<ReturnType<StudioClient['drafts']['list']>>['items'][number];

/** The plans that are still being made. */
export const useDrafts = defineStore('drafts', () => {
  const { client } = useConnection();
  const selection = useSelection();
  const toasts = useToasts();
  const query = useQuery({
    key: () => (selection.current.page === 'studies' ? 'all' : null),
    ask: async (host, _key, signal) => (await host.drafts.list(null, { signal })).items,
  });

  async function remove(draft: DraftRow): Promise<void> {
    const host = client.value;
    if (host === null) return;
    await toasts.attempt(async () => {
      const { content } = await host.drafts.read({ draft: draft.id });
      await host.drafts.delete({ draft: draft.id });
      await query.reload();
      toasts.say(`Deleted the plan ${draft.name}.`, async () => {
        await client.value?.drafts.save({ draft: draft.id, name: draft.name, content: asJson(content) });
        await query.reload();
      });
    });
  }

  return {
    rows: computed<readonly DraftRow[]>(() => query.value.value ?? []),
    remove,
    /** Opens the wizard on a new plan. */
    begin: (): void => {
      selection.change({ page: 'plan', draft: newDraftId(), step: 'task' });
    },
    /** Opens the wizard on a plan that says what a study says. */
    vary: (study: string): Promise<boolean> =>
      toasts.attempt(async () => {
        const host = client.value;
        if (host === null) throw new Error('There is no connection to the host at the moment.');
        const detail = await host.studies.detail({ study });
        const id = newDraftId();
        const varied = draftOfStudy(detail.study);
        const content: DraftContent = {
          study: varied,
          visited: [...planSteps],
          ...{ parallel: '', devices: '' },
          measured: null,
        };
        await host.drafts.save({ draft: id, name: String(varied['name']), content: asJson(content) });
        selection.change({ page: 'plan', draft: id, step: 'task' });
      }),
    /** Opens the wizard on a plan that was begun. */
    resume: (id: string): void => {
      selection.change({ page: 'plan', draft: id, step: 'task' });
    },
  };
});

/** What a draft holds, as it is sent: without values that are undefined. */
export function asJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

export function newDraftId(): string {
  return `plan-${crypto.randomUUID().slice(0, 13)}`;
}
