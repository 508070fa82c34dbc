import { NoisefloorError } from '../study/errors.ts';
import { listOr, nearest } from '../study/nearest.ts';
import { query, type Connection } from './connection.ts';

/** How many studies a message lists. */
const shownStudies = 10;

export interface FoundStudy {
  key: number;
  id: string;
  name: string;
}

/**
 * Finds a study by its id, its name (without case), or a beginning of either that fits no other study. Studies that were
 * thrown away are not found.
 * @throws NoisefloorError `study-unknown` with the nearest names, `study-ambiguous` with the ids that fit.
 */
export function findStudy(connection: Connection, reference: string): FoundStudy {
  const studies = connection.all(
    query.selectFrom('studies').select(['key', 'id', 'name']).where('discarded', 'is', null).orderBy('key'),
  );
  const wanted = reference.trim().toLowerCase();
  const fits: ((study: FoundStudy) => boolean)[] = [
    ({ id }) => id === wanted,
    ({ name }) => name.toLowerCase() === wanted,
    ({ id, name }) => wanted !== '' && (id.startsWith(wanted) || name.toLowerCase().startsWith(wanted)),
  ];
  for (const fit of fits) {
    const found = studies.filter(fit);
    if (found.length > 1) {
      throw ambiguous(reference, found);
    }
    if (found[0] !== undefined) {
      return found[0];
    }
  }
  throw unknown(reference, studies);
}

function ambiguous(reference: string, found: readonly FoundStudy[]): NoisefloorError {
  const ids = found.map(({ id }) => id);
  const listed = `${ids.slice(0, shownStudies).join(', ')}${ids.length > shownStudies ? ', ...' : ''}`;
  return new NoisefloorError(
    'study-ambiguous',
    `${found.length} studies fit ${JSON.stringify(reference)}. Use the id of one of them: ${listed}.`,
    { details: { reference, candidates: ids } },
  );
}

function unknown(reference: string, studies: readonly FoundStudy[]): NoisefloorError {
  const candidates = nearest(reference, [...new Set(studies.flatMap(({ id, name }) => [id, name]))]);
  const newest = studies.slice(-shownStudies).map(({ id }) => id);
  const hint =
    candidates.length > 0
      ? `Did you mean ${listOr(candidates)}?`
      : newest.length > 0
        ? `The library has ${newest.reverse().join(', ')}${studies.length > shownStudies ? ', ...' : ''}.`
        : 'The library holds no studies yet.';
  return new NoisefloorError('study-unknown', `There is no study ${JSON.stringify(reference)}. ${hint}`, {
    details: { reference, candidates },
  });
}
