import { z } from 'zod';

/** What the studio reads of a machine's description; a replicate of another version may have said less. */
const machineSchema = z.object({
  cpuModel: z.string().nullable().catch(null),
  gpuModel: z.string().nullable().catch(null),
  tensorflowVersion: z.string().nullable().catch(null),
  environment: z.record(z.string(), z.string()).catch({}),
});
export interface DescribedMachine extends Omit<z.infer<typeof machineSchema>, 'environment'> {
  /** Number of the one GPU that it could see; null on a CPU. */
  readonly gpuIndex: number | null;
}

/** What a replicate ran on, as far as its process said. */
export function describedMachine(machine: unknown): DescribedMachine {
  const { data } = machineSchema.safeParse(machine);
  const { cpuModel = null, gpuModel = null, tensorflowVersion = null } = data ?? {};
  const visible = data?.environment['CUDA_VISIBLE_DEVICES'] ?? '';
  return { cpuModel, gpuModel, tensorflowVersion, gpuIndex: /^\d+$/.test(visible) ? Number(visible) : null };
}

/** Where a replicate computed: which of several GPUs, where its process said; else as it was told. */
export function deviceOfReplicate(told: string, { gpuIndex }: DescribedMachine): string {
  return told === 'cpu' || gpuIndex === null ? told : `gpu:${gpuIndex}`;
}

/** Whether a replicate was taken from logs made elsewhere: then its work order says nothing of how it was trained. */
export function isImported(machine: unknown): boolean {
  return typeof machine === 'object' && machine !== null && 'imported' in machine;
}
