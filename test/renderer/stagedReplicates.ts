import type { Implementation } from '../../src/contract/procedure.ts';
import type { StudioContract } from '../../src/contract/studio.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { planReplicates } from '../../src/study/plan.ts';
import type { ReplicateRow } from '../../renderer/stores/openStudy.ts';
import type { StagedStudy } from './stagedData.ts';

type Procedures = Pick<
  Implementation<StudioContract>['replicates'],
  'detail' | 'log' | 'setExclusions' | 'setTags' | 'setNotes'
>;
type Answer = <Value>(name: string, answer: () => Value) => Promise<Value>;

const logText = Array.from(
  { length: 40 },
  (_, line) => `epoch ${line}: loss ${(2.3 / (line + 1)).toFixed(4)}`,
).join('\n');

/** What a staged host answers about single replicates, and does to many. */
export function stagedReplicateProcedures(answer: Answer, host: { studies: StagedStudy[] }): Procedures {
  const change = (replicate: string, values: Partial<ReplicateRow>): void => {
    host.studies = host.studies.map((study) => ({
      ...study,
      replicates: study.replicates.map((row) => (row.id === replicate ? { ...row, ...values } : row)),
    }));
  };
  return {
    detail: ({ replicate: id }) => answer('replicates.detail', () => detailOf(host.studies, id)),
    log: ({ from }) =>
      answer('replicates.log', () => {
        const begin = from ?? 0;
        return { text: logText.slice(begin), from: begin, next: logText.length, size: logText.length };
      }),
    setExclusions: ({ items }) =>
      answer('replicates.setExclusions', () => {
        for (const { replicate, reason } of items) change(replicate, { excludedReason: reason });
        return null;
      }),
    setTags: ({ items }) =>
      answer('replicates.setTags', () => {
        for (const { replicate, tags } of items) change(replicate, { tags });
        return null;
      }),
    setNotes: ({ replicate, notes }) =>
      answer('replicates.setNotes', () => {
        change(replicate, { notes });
        return null;
      }),
  };
}

function detailOf(studies: readonly StagedStudy[], id: string) {
  for (const { row, detail, replicates } of studies) {
    const replicate = replicates.find((candidate) => candidate.id === id);
    if (replicate === undefined) continue;
    const planned = planReplicates(detail.study, row.id, 'f'.repeat(64));
    const order = planned.find(
      ({ variant, index }) => variant.name === replicate.variant && index === replicate.index,
    );
    if (order === undefined) break;
    const { cpuModel, gpuModel, tensorFlow } = replicate;
    return {
      ...replicate,
      study: row.id,
      workOrder: { ...order, id },
      machine: { cpuModel, gpuModel, tensorflowVersion: tensorFlow, nodeVersion: '24.0.0' },
      folder: `/library.results/${id}`,
    };
  }
  throw new NoisefloorError('replicate-unknown', `The library holds no replicate with the id ${id}.`);
}
