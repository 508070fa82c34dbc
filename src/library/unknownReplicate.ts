import { NoisefloorError } from '../study/errors.ts';

export function unknownReplicate(id: string): NoisefloorError {
  return new NoisefloorError('replicate-unknown', `The library holds no replicate with the id ${id}.`, {
    details: { id },
  });
}
