import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { useConnection, type StudioClient } from '../../host/connection.ts';
import { useLongTask } from '../../stores/longTask.ts';
import { useStudies } from '../../stores/studies.ts';

type Told = ReturnType<StudioClient['imports']['check']> extends AsyncIterable<infer Event> ? Event : never;
export type Report = Extract<Told, { type: 'report' }>['report'];

/** The numbers that a person may say a column of. */
export const mappedFields = [
  'epoch',
  'accuracy',
  'loss',
  'testAccuracy',
  'testLoss',
  'learningRate',
] as const;
type MappedField = (typeof mappedFields)[number];

/** Taking in logs made elsewhere: what is asked, what would come in, and how far it is. */
export const useImport = defineStore('import', () => {
  const { client } = useConnection();
  const studies = useStudies();
  const path = ref('');
  const pattern = ref('');
  const labels = ref('');
  const labelsOf = ref('');
  const mapping = ref<Record<MappedField, string>>({
    ...{ epoch: '', accuracy: '', loss: '', testAccuracy: '', testLoss: '', learningRate: '' },
  });
  const leavesOutFaulty = ref(false);
  const report = shallowRef<Report | null>(null);
  /** What the report answers: whatever is changed after it asks anew. */
  const answered = ref('');
  const task = useLongTask<Told>();
  const progress = computed(() => (task.last.value?.type === 'progress' ? task.last.value.message : ''));

  const asked = computed(() => ({
    path: path.value.trim(),
    pattern: pattern.value.trim() === '' ? null : pattern.value.trim(),
    labels: labels.value.trim() === '' ? null : labels.value.trim(),
    labelsOf: labelsOf.value === '' ? null : labelsOf.value,
    mapping: Object.fromEntries(Object.entries(mapping.value).filter(([, column]) => column.trim() !== '')),
    leaveOutFaulty: leavesOutFaulty.value,
  }));
  const question = computed(() => JSON.stringify(asked.value));
  const isCurrent = computed(() => report.value !== null && answered.value === question.value);

  async function ask(what: 'check' | 'take'): Promise<void> {
    const host = client.value;
    if (host === null || task.isRunning.value || asked.value.path === '') return;
    const answering = question.value;
    await task.follow(
      (signal) => host.imports[what](asked.value, { signal }),
      (event) => {
        if (event.type === 'report') [report.value, answered.value] = [event.report, answering];
      },
    );
    if (what === 'take') await studies.query.reload();
  }

  return {
    ...{ path, pattern, labels, labelsOf, mapping, leavesOutFaulty, report, progress, isCurrent },
    ...{ isBusy: task.isRunning, error: task.error, cancel: task.cancel },
    check: (): Promise<void> => ask('check'),
    take: (): Promise<void> => ask('take'),
  };
});
