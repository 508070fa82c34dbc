import { z } from 'zod';

/** What the studio reads of a machine's description; a replicate of another version may have said less. */
const machineSchema = z.object({
  cpuModel: z.string().nullable().catch(null),
  gpuModel: z.string().nullable().catch(null),
  tensorflowVersion: z.string().nullable().catch(null),
});
export type DescribedMachine = z.infer<typeof machineSchema>;

/** What a replicate ran on, as far as its process said. */
export function describedMachine(machine: unknown): DescribedMachine {
  return machineSchema.safeParse(machine).data ?? { cpuModel: null, gpuModel: null, tensorflowVersion: null };
}

/** Whether a replicate was taken from logs made elsewhere: then its work order says nothing of how it was trained. */
export function isImported(machine: unknown): boolean {
  return typeof machine === 'object' && machine !== null && 'imported' in machine;
}
