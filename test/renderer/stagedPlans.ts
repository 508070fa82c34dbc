import type { Implementation } from '../../src/contract/procedure.ts';
import type { studioContract } from '../../src/contract/studio.ts';
import { datasetKinds } from '../../src/study/datasetKinds.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { presets } from '../../src/study/presetList.ts';

type Planning = Pick<Implementation<typeof studioContract>, 'drafts' | 'planning' | 'datasets'>;
type Parts = Awaited<ReturnType<Implementation<typeof studioContract>['setup']['parts']>>['items'];
type Answer = <Value>(name: string, answer: () => Value) => Promise<Value>;

/** What a staged host knows of plans. */
export class StagedPlans {
  readonly drafts = new Map<string, { id: string; name: string; updated: string; content: unknown }>();
  parts: Parts = [];
  /** What a set-up says; afterwards nothing is missing. */
  setUpLines: { line: string; percent: number | null }[] = [];
  /** Why a set-up ends without having set anything up. */
  setUpFailure: NoisefloorError | null = null;
  /** Awaited after each of those lines. */
  pause: Promise<void> = Promise.resolve();
}

/** The part of a host that plans studies. */
export function stagedPlanning(plans: StagedPlans, answer: Answer): Planning {
  const unused = (): Promise<never> =>
    Promise.reject(new NoisefloorError('unknown-procedure', 'No test stages this.'));
  const none = async function* (): AsyncGenerator<never> {};
  return {
    drafts: {
      list: () => answer('drafts.list', () => ({ items: [...plans.drafts.values()] })),
      read: ({ draft }) =>
        answer('drafts.read', () => {
          const found = plans.drafts.get(draft);
          if (found === undefined)
            throw new NoisefloorError('draft-unknown', `There is no draft ${draft} any more.`);
          return found;
        }),
      save: ({ draft: id, name, content }) =>
        answer('drafts.save', () => {
          plans.drafts.set(id, { id, name, updated: '2026-03-14T10:00:00.000Z', content });
          return null;
        }),
      delete: ({ draft }) =>
        answer('drafts.delete', () => {
          plans.drafts.delete(draft);
          return null;
        }),
    },
    planning: {
      presets: () => answer('planning.presets', () => ({ items: presets })),
      datasetKinds: () => answer('planning.datasetKinds', () => ({ items: datasetKinds, known: [] })),
      network: unused,
      validate: () => answer('planning.validate', () => ({ meaning: null, problems: [] })),
      prepare: none,
      create: unused,
    },
    datasets: { examples: unused, describe: unused },
  };
}

/** A set-up that says its lines, after which nothing is missing, or it fails. */
export async function* setUpStaged(
  plans: StagedPlans,
): AsyncGenerator<{ line: string; percent: number | null }> {
  for (const line of plans.setUpLines) {
    yield line;
    await plans.pause;
  }
  if (plans.setUpFailure !== null) throw plans.setUpFailure;
  plans.parts = plans.parts.map((part) => ({ ...part, status: 'ok', fix: null }));
}
