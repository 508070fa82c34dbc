import { permuteBatch, type Batch } from '../data/accumulationOrder.ts';
import type { NamedTensor, TrainingSession } from '../engine/trainingSession.ts';
import { RandomStream } from '../noise/stream.ts';
import { NoisefloorError } from '../study/errors.ts';
import type { Perturbation } from '../study/perturbation.ts';

type WeightBit = Extract<Perturbation, { kind: 'weight-bit' }>;

/**
 * Flips one bit of one weight of a session; everything else in it stays as it is.
 * @param seed where tensor and element are drawn from, unless the perturbation names them.
 * @returns what was changed.
 * @throws NoisefloorError `perturbation-impossible` where there is no such weight.
 */
export function flipWeightBit(
  session: Pick<TrainingSession, 'readTensors' | 'writeTensors'>,
  { tensor: wanted, element: place, bit }: WeightBit,
  seed: number,
): { tensor: string; element: number } {
  const weights = session.readTensors().filter(({ role }) => role === 'weight');
  const stream = RandomStream.named(seed, 'perturbation/weight');
  const chosen =
    wanted === undefined ? drawnTensor(weights, stream) : weights.find(({ name }) => name === wanted);
  if (chosen === undefined) {
    throw new NoisefloorError(
      'perturbation-impossible',
      `There is no weight tensor "${wanted ?? ''}" to perturb. There are: ${weights.map(({ name }) => name).join(', ')}.`,
    );
  }
  const { data, name } = chosen;
  if (place !== undefined && place >= data.length) {
    throw new NoisefloorError(
      'perturbation-impossible',
      `${name} has ${data.length} numbers, counted from 0; there is no element ${place} to perturb.`,
    );
  }
  const from = place ?? stream.nextInteger(data.length);
  // The last bit of a 0 is below what a processor that flushes to zero can see.
  const offset = Array.from(data.keys()).find((step) => data[(from + step) % data.length] !== 0) ?? 0;
  const element = (from + offset) % data.length;
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  bits[element] = ((bits[element] ?? 0) ^ (1 << bit)) >>> 0;
  session.writeTensors([chosen]);
  return { tensor: name, element };
}

/** Every weight is as likely as any other. */
function drawnTensor(weights: readonly NamedTensor[], stream: RandomStream): NamedTensor | undefined {
  let place = stream.nextInteger(
    Math.max(
      1,
      weights.reduce((sum, { data }) => sum + data.length, 0),
    ),
  );
  return weights.find(({ data }) => {
    if (place < data.length) return true;
    place -= data.length;
    return false;
  });
}

/**
 * A mini-batch with two of its examples in each other's place, and their random draws with them.
 * @param microBatch how many examples take one step of the gradient together: both are of the same of these, so that batch
 *   normalisation sees the same examples.
 * @param seed where the two are drawn from. An example that is alone has no other and stays.
 */
export function swapExamples(batch: Batch, microBatch: number, seed: number): Batch {
  const places = Int32Array.from(batch.indices.keys());
  const stream = RandomStream.named(seed, 'perturbation/example');
  const first = stream.nextInteger(Math.max(1, places.length));
  const start = first - (first % microBatch);
  const together = Math.min(microBatch, places.length - start);
  if (together < 2) return batch;
  const second = start + ((first - start + 1 + stream.nextInteger(together - 1)) % together);
  [places[first], places[second]] = [second, first];
  return permuteBatch(batch, places);
}
