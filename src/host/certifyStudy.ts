import { certify, type Certificate, type ReplicateEvidence } from '../determinism/certificate.ts';
import type { LibraryClient } from '../library/client.ts';
import { NoisefloorError } from '../study/errors.ts';
import { readStudyAtEpoch } from './readStudy.ts';

/**
 * Compares the replicates of a stored study bit for bit.
 * @param epoch up to whose end they are compared; null for the last that was recorded.
 * @throws NoisefloorError as {@link readStudyAtEpoch}.
 */
export async function certifyStudy(
  library: LibraryClient,
  study: string,
  epoch: number | null,
): Promise<Certificate> {
  const atEpoch = await readStudyAtEpoch(library, study, epoch);
  const evidence = new Map<string, ReplicateEvidence>();
  for (const replicate of await library.replicates(atEpoch.study.id)) {
    const { epochs } = await library.fingerprints(replicate.id);
    const hashes = epochs
      .filter((recorded) => recorded.epoch <= atEpoch.epoch)
      .flatMap(({ batchHashes }) => Array.from(batchHashes));
    evidence.set(evidenceKey(replicate.variant, replicate.index), {
      batchHashes: Uint32Array.from(hashes),
      execution: replicate.workOrder.execution,
    });
  }
  return certify(atEpoch, (variant, index) => {
    const found = evidence.get(evidenceKey(variant, index));
    if (found === undefined) {
      throw new NoisefloorError(
        'replicate-unknown',
        `The library holds no replicate ${index} of ${variant}.`,
      );
    }
    return found;
  });
}

const evidenceKey = (variant: string, index: number): string => `${variant}/${index}`;
