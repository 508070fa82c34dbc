import type { Implementation } from '../../contract/procedure.ts';
import type { StudioContract } from '../../contract/studio.ts';
import type { LibraryClient } from '../../library/client.ts';
import type { ListedReplicate } from '../../library/replicates.ts';
import { describedMachine, deviceOfReplicate } from '../machine.ts';
import { readReplicateLog } from '../replicateLog.ts';
import { storedStudy } from './storedStudy.ts';

/** The replicates of a library: their records, logs, notes, and whether they count. */
export function replicateProcedures(library: LibraryClient): Implementation<StudioContract>['replicates'] {
  return {
    list: async ({ study: id }) => {
      await storedStudy(library, id);
      return { items: (await library.listReplicates(id)).map(rowOf) };
    },
    detail: async ({ replicate: id }) => {
      const replicate = await library.replicate(id);
      const { studyId: study, workOrder, machine, folder } = replicate;
      const { seeds, execution } = workOrder;
      return { ...rowOf({ ...replicate, seeds, execution }), study, workOrder, machine, folder };
    },
    log: async ({ replicate: id, from }) => readReplicateLog((await library.replicate(id)).folder, from),
    exclude: async ({ replicate: id, reason }) => {
      await library.excludeReplicate(id, reason);
      return null;
    },
    include: async ({ replicate: id }) => {
      await library.includeReplicate(id);
      return null;
    },
    setExclusions: async ({ items }) => {
      await library.setExclusions(items.map(({ replicate: id, reason }) => ({ id, reason })));
      return null;
    },
    setTags: async ({ items }) => {
      await library.setReplicateTags(items.map(({ replicate: id, tags }) => ({ id, tags })));
      return null;
    },
    setNotes: async ({ replicate: id, notes }) => {
      await library.setReplicateNotes(id, notes);
      return null;
    },
  };
}

function rowOf(replicate: ListedReplicate) {
  const { id, variant, index, status, epochs, attempts, startedAt, endedAt, trainSeconds } = replicate;
  const { exitReason, notes, tags, excludedReason, recordedBytes, trainedExamples, machine } = replicate;
  const { execution, seeds } = replicate;
  const described = describedMachine(machine);
  return {
    ...{ id, variant, index, status, epochs, attempts, startedAt, endedAt, trainSeconds },
    ...{ exitReason, notes, tags, excludedReason, recordedBytes, seeds },
    ...execution,
    device: deviceOfReplicate(execution.device, described),
    examplesPerSecond: trainSeconds > 0 && trainedExamples > 0 ? trainedExamples / trainSeconds : null,
    cpuModel: described.cpuModel,
    gpuModel: described.gpuModel,
    tensorFlow: described.tensorflowVersion,
  };
}
