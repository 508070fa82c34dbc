import { defineStore } from 'pinia';
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { NoisefloorError } from '../../src/study/errors.ts';
import { networkSize } from '../../src/networks/networkSize.ts';
import { studySchema, type Study } from '../../src/study/study.ts';
import { networkSchema } from '../../src/study/task.ts';
import { useConnection, type StudioClient } from '../host/connection.ts';
import { asNoisefloorError, useQuery } from '../host/query.ts';
import {
  datasetOf,
  draftOfPreset,
  draftValue,
  isParallel,
  sourcesOf,
  stepOfPath,
  withValue,
  type PlanProblem,
  type StudyDraft,
} from '../pages/plan/planDraft.ts';
import { asJson, newDraftId } from './drafts.ts';
import { draftContent, type DraftContent, type Measured } from './draftContent.ts';
import { planSteps, useSelection, type PlanStep } from './selection.ts';

type Validation = Awaited<ReturnType<StudioClient['planning']['validate']>>;
export type Preset = Awaited<ReturnType<StudioClient['planning']['presets']>>['items'][number];
export type DatasetDescription = Awaited<ReturnType<StudioClient['datasets']['describe']>>;
export type StepState = 'problem' | 'complete' | 'open';

const validationMilliseconds = 60;
const savingMilliseconds = 400;
const firstPreset = 'quickstart';

/** The plan in the making: what its draft says, what is wrong with it, and that it is kept. */
export const usePlan = defineStore('plan', () => {
  const { client } = useConnection();
  const selection = useSelection();
  const content = shallowRef<DraftContent | null>(null);
  const failure = shallowRef<NoisefloorError | null>(null);
  const presets = shallowRef<readonly Preset[]>([]);
  const validation = shallowRef<Validation | null>(null);
  const saving = ref<'new' | 'saved' | 'waiting' | 'failed'>('saved');
  let loaded: string | null = null;
  let savingTimer: ReturnType<typeof setTimeout> | undefined;
  let validationTimer: ReturnType<typeof setTimeout> | undefined;

  const draftId = computed(() => (selection.current.page === 'plan' ? selection.current.draft : null));
  const draft = computed<StudyDraft>(() => content.value?.study ?? {});
  const dataset = computed(() => datasetOf(draft.value));
  const description = useQuery({
    key: () => (draftId.value === null || dataset.value === null ? null : JSON.stringify(dataset.value)),
    ask: (host, key, signal) => host.datasets.describe({ dataset: JSON.parse(key) as never }, { signal }),
  });
  const parts = useQuery({
    key: () => (draftId.value === null ? null : 'all'),
    ask: async (host, _key, signal) => (await host.setup.parts(null, { signal })).items,
  });
  /** The file of a network of one's own, while its layers are not in the draft. */
  const unreadFile = computed(() => {
    const network = networkSchema.safeParse(draftValue(draft.value, 'task.network'));
    if (draftId.value === null || !network.success || network.data.name !== 'keras-file') return null;
    return network.data.topology === undefined ? network.data.path : null;
  });
  const readFile = useQuery({
    key: () => unreadFile.value,
    ask: async (host, path, signal) => ({
      path,
      network: (await host.planning.network({ path }, { signal })).network,
    }),
  });
  watch(readFile.value, (read) => {
    if (read !== null && read.path === unreadFile.value) {
      change({ study: withValue(draft.value, 'task.network', read.network) });
    }
  });
  const size = computed(() => {
    const network = networkSchema.safeParse(draftValue(draft.value, 'task.network'));
    const data = description.value.value;
    if (!network.success || data === null) return null;
    return networkSize(network.data, data.shape, data.classes.length);
  });

  async function load(): Promise<void> {
    const host = client.value;
    if (selection.current.page !== 'plan' || host === null) return;
    const id = selection.current.draft;
    if (id === null) {
      selection.change({ draft: newDraftId() });
      return;
    }
    if (id === loaded) {
      void save();
      return;
    }
    content.value = null;
    failure.value = null;
    validation.value = null;
    try {
      const [known, stored] = await Promise.all([host.planning.presets(null), readDraft(host, id)]);
      if (draftId.value !== id) return;
      presets.value = known.items;
      loaded = id;
      content.value = stored ?? newContent(known.items);
      saving.value = stored === null ? 'new' : 'saved';
    } catch (thrown) {
      const error = asNoisefloorError(thrown);
      if (error.code !== 'connection-lost' && draftId.value === id) failure.value = error;
    }
  }

  watch([draftId, client], () => void load(), { immediate: true });
  watch(draft, (study) => {
    clearTimeout(validationTimer);
    validationTimer = setTimeout(() => void validate(study), validationMilliseconds);
  });
  watch(client, (host) => {
    if (host !== null && content.value !== null) void validate(draft.value);
  });
  onScopeDispose(() => {
    clearTimeout(savingTimer);
    clearTimeout(validationTimer);
  });

  async function validate(study: StudyDraft): Promise<void> {
    if (client.value === null || study !== draft.value || content.value === null) return;
    try {
      const answer = await client.value.planning.validate({ draft: study });
      if (study === draft.value) validation.value = answer;
    } catch (thrown) {
      const error = asNoisefloorError(thrown);
      if (error.code !== 'connection-lost') failure.value = error;
    }
  }

  function change(next: Partial<DraftContent>): void {
    if (content.value === null) return;
    content.value = { ...content.value, ...next };
    saving.value = 'waiting';
    clearTimeout(savingTimer);
    savingTimer = setTimeout(() => void save(), savingMilliseconds);
  }

  async function save(): Promise<void> {
    clearTimeout(savingTimer);
    const [host, kept, id] = [client.value, content.value, loaded];
    if (host === null || kept === null || id === null) return;
    if (saving.value === 'saved' || saving.value === 'new') return;
    const name = draftValue(kept.study, 'name');
    try {
      await host.drafts.save({
        draft: id,
        name: typeof name === 'string' ? name.slice(0, 200) : '',
        content: asJson(kept),
      });
      if (kept === content.value) saving.value = 'saved';
    } catch {
      saving.value = 'failed';
    }
  }

  const problems = computed<readonly PlanProblem[]>(() => validation.value?.problems ?? []);
  /** A measurement that still holds: of the task and the execution as they are now. */
  const measured = computed<Measured | null>(() => {
    const kept = content.value?.measured ?? null;
    return kept !== null && kept.of === experimentOf(draft.value) ? kept : null;
  });

  function stateOf(step: PlanStep): StepState {
    const isWrong = problems.value.some(({ path }) => stepOfPath(path) === step);
    const isBadData = step === 'data' && description.error.value !== null;
    const isBadNetwork = step === 'recipe' && readFile.error.value !== null;
    const isBadParallel = step === 'compute' && !isParallel(content.value?.parallel ?? '');
    if (isWrong || isBadData || isBadNetwork || isBadParallel) return 'problem';
    if (step === 'compute') return measured.value === null ? 'open' : 'complete';
    return content.value?.visited.includes(step) === true && step !== 'review' ? 'complete' : 'open';
  }

  function goTo(step: PlanStep): void {
    const from = selection.current.step;
    if (content.value !== null && !content.value.visited.includes(from)) {
      change({ visited: [...content.value.visited, from] });
    }
    selection.change({ step });
  }

  return {
    content,
    draft,
    failure,
    saving,
    presets,
    problems,
    dataset,
    description: description.value,
    descriptionError: description.error,
    parts: parts.value,
    size,
    /** What keeps the network's file from being read. */
    networkError: readFile.error,
    measured,
    meaning: computed(() => validation.value?.meaning ?? null),
    sources: computed(() => sourcesOf(draft.value)),
    preset: computed(() => presets.value.find(({ name }) => name === draft.value['preset']) ?? null),
    steps: computed(() => planSteps.map((step) => ({ step, state: stateOf(step) }))),
    /** Whether TensorFlow is there; null while that is looked at. */
    engineIsReady: computed(() => {
      const items = parts.value.value;
      if (items === null) return null;
      return items.every(({ status }) => status !== 'missing' && status !== 'damaged');
    }),
    problemAt: (path: string): PlanProblem | null =>
      problems.value.find((problem) => problem.path === path) ?? null,
    set: (path: string, value: unknown): void => {
      change({ study: withValue(draft.value, path, value) });
    },
    replace: (study: StudyDraft): void => {
      change({ study });
    },
    /** Keeps what was measured of a study: the plan may have changed meanwhile. */
    keepMeasured: (preparation: Measured['preparation'], study: Study): void => {
      change({ measured: { of: experimentOf({ ...study }), preparation } });
    },
    reloadParts: () => parts.reload(),
    reloadDescription: () => description.reload(),
    change,
    save,
    reload: load,
    goTo,
    next: (by: 1 | -1): void => {
      const step = planSteps[planSteps.indexOf(selection.current.step) + by];
      if (step !== undefined) goTo(step);
    },
    /** Forgets a plan that has become a study. */
    finish: async (): Promise<void> => {
      clearTimeout(savingTimer);
      saving.value = 'saved';
      const id = loaded;
      loaded = null;
      content.value = null;
      if (id !== null) await client.value?.drafts.delete({ draft: id });
    },
  };
});

/** What a measurement depends on; defaults that a draft leaves out count as if they were written. */
function experimentOf(draft: StudyDraft): string {
  const [task, execution] = [draft['task'], draft['execution'] ?? {}];
  const parsed = studySchema.pick({ task: true, execution: true }).safeParse({ task, execution });
  return JSON.stringify(parsed.success ? parsed.data : [task, execution]);
}

async function readDraft(host: StudioClient, id: string): Promise<DraftContent | null> {
  try {
    return draftContent((await host.drafts.read({ draft: id })).content);
  } catch (thrown) {
    if (asNoisefloorError(thrown).code === 'draft-unknown') return null;
    throw thrown;
  }
}

/** @throws NoisefloorError `unexpected` where a host has no presets. */
function newContent(presets: readonly Preset[]): DraftContent {
  const preset = presets.find(({ name }) => name === firstPreset) ?? presets[0];
  if (preset === undefined) throw new NoisefloorError('unexpected', 'This host knows no presets.');
  return { study: draftOfPreset(preset), visited: [], parallel: '', measured: null };
}
