import type { ReplicateAtEpoch } from '../analysis/studyAtEpoch.ts';
import type { Certificate, ReplicateEvidence, VariantCertificate } from '../determinism/certificate.ts';
import type { LibraryClient } from '../library/client.ts';
import type { Replicate } from '../library/replicates.ts';
import { describePerturbation } from '../study/perturbation.ts';
import { dropsOut } from '../study/dropout.ts';
import type { WorkOrder } from '../study/replicate.ts';
import type { AnalysisPool } from './analysisPool.ts';
import type { VariantEvidence } from './analysisWorker.ts';
import { checkpointTensors } from './checkpointTensors.ts';
import { describedMachine, deviceOfReplicate, isImported } from './machine.ts';
import { chosenEpoch, epochsInARow, exclusionOf, joinFingerprints } from './readStudy.ts';

/**
 * Compares the replicates of a stored study bit for bit. One variant is in memory at a time.
 * @param reference a name, an id or a unique beginning of either.
 * @param epoch up to whose end they are compared; null for the last that was recorded.
 * @throws NoisefloorError `study-unknown`, `study-ambiguous`, `nothing-recorded`, `invalid-epoch`.
 */
export async function certifyStudy(
  library: LibraryClient,
  pool: AnalysisPool,
  reference: string,
  epoch: number | null,
): Promise<Certificate> {
  const study = await library.study(reference);
  const chosen = await chosenEpoch(library, study, epoch);
  const predictions = new Map(
    (await library.predictionsAt(study.id, chosen)).map(({ replicateId, classes }) => [replicateId, classes]),
  );
  const replicates = await library.replicates(study.id);
  let [tensors, steps] = [0, 0];
  const variants: VariantCertificate[] = [];
  for (const { name, implementation } of study.variants) {
    const read: ReadReplicate[] = [];
    for (const replicate of replicates) {
      const classes = predictions.get(replicate.id);
      if (replicate.variant !== name || classes === undefined || exclusionOf(replicate) !== null) continue;
      read.push(await readReplicate(library, replicate, chosen, classes));
    }
    for (const { tensorNames, atEpoch } of read) {
      tensors = Math.max(tensors, tensorNames.length);
      const values = atEpoch.fingerprints?.values.length ?? 0;
      steps = Math.max(steps, values / Math.max(1, tensorNames.length));
    }
    const given: VariantEvidence = {
      variant: { name, implementation, replicates: read.map(({ atEpoch }) => atEpoch) },
      tensorNames: read.find(({ tensorNames }) => tensorNames.length > 0)?.tensorNames ?? null,
      evidence: read.map(({ evidence }) => evidence),
    };
    variants.push(await pool.compute('certificate', given, buffersOf(given)));
  }
  return { study: { id: study.id, name: study.name }, epoch: chosen, steps, tensors, variants };
}

interface ReadReplicate {
  readonly tensorNames: readonly string[];
  readonly atEpoch: ReplicateAtEpoch;
  readonly evidence: ReplicateEvidence;
}

async function readReplicate(
  library: LibraryClient,
  { id, index, workOrder, machine }: Replicate,
  epoch: number,
  predictions: Uint8Array | Uint16Array,
): Promise<ReadReplicate> {
  const kept = await library.fingerprints(id);
  const fingerprints = joinFingerprints(kept, epoch);
  // Where fingerprints tell how training ended, the weights have nothing to add.
  const weights = fingerprints?.reachesEnd === true ? null : await checkpointTensors(library, id, epoch);
  const described = describedMachine(machine);
  const { cpuModel, gpuModel, tensorflowVersion } = described;
  return {
    tensorNames: kept.tensors.map(({ name }) => name),
    atEpoch: {
      ...{ index, accuracy: null, predictions, fingerprints, weights },
    },
    evidence: {
      batchHashes: Uint32Array.from(
        epochsInARow(kept, epoch).flatMap(({ batchHashes }) => Array.from(batchHashes)),
      ),
      ...(isImported(machine)
        ? { execution: null }
        : {
            execution: {
              ...workOrder.execution,
              device: deviceOfReplicate(workOrder.execution.device, described),
            },
            seeds: seedsInUse(workOrder),
          }),
      machine: { CPU: cpuModel, GPU: gpuModel, TensorFlow: tensorflowVersion },
    },
  };
}

/** The seeds that training drew from: one of augmentation means nothing where there is none. */
export function seedsInUse({ seeds, task, variant }: WorkOrder): Record<string, number | null> {
  const { initialisation, order, augmentation, dropout, accumulationOrder, perturbation } = seeds;
  return {
    initialisation,
    'data order': order,
    ...(task.recipe.augmentation.length > 0 ? { augmentation } : {}),
    ...(dropsOut(task.network) ? { dropout } : {}),
    'accumulation order': accumulationOrder,
    ...(variant.perturbation === undefined
      ? {}
      : { [`the place where ${describePerturbation(variant.perturbation)}`]: perturbation ?? null }),
  };
}

/** The memory of the fingerprints and the weights, which is handed over. */
function buffersOf({ variant, evidence }: VariantEvidence): ArrayBuffer[] {
  const arrays = [
    ...variant.replicates.flatMap(({ fingerprints, weights }) => [
      ...(fingerprints === null ? [] : [fingerprints.values]),
      ...(weights ?? []).map(({ data }) => data),
    ]),
    ...evidence.map(({ batchHashes }) => batchHashes),
  ];
  return arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}
