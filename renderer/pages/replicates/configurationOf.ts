import type { StudioClient } from '../../host/connection.ts';

type Order = Detail['workOrder'];
/** What a replicate was told to compute, and on what it did; of one that was imported, where it was. */
type Configuration = Partial<
  Pick<Order, 'execution' | 'seeds' | 'variant' | 'task' | 'record' | 'datasetHash'>
> & {
  machine: unknown;
};
type Detail = Awaited<ReturnType<StudioClient['replicates']['detail']>>;

/** @returns a replicate's configuration as plain data, in the order in which it is read. */
export function configurationOf({ workOrder, machine }: Detail): Configuration {
  const { execution, seeds, variant, task, record, datasetHash } = workOrder;
  const isImported = typeof machine === 'object' && machine !== null && 'imported' in machine;
  // Its order says what would be trained, which nobody knows.
  if (isImported) return { machine, datasetHash };
  return { execution, machine, seeds, variant, task, record, datasetHash };
}
