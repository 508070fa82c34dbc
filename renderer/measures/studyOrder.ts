import type { StudyRow } from '../stores/studies.ts';

export const studyOrders = ['name', 'status', 'result', 'recorded', 'made'] as const;
export type StudyOrder = (typeof studyOrders)[number];

export interface StudySorting {
  readonly by: StudyOrder;
  readonly descending: boolean;
}

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The mean final test accuracy that the list shows beside a study; null where it has none. */
function resultOf({ results }: StudyRow): number | null {
  const known = results.filter(({ sd }) => sd !== null);
  const lead = known.find(({ variant }) => variant.toUpperCase() === 'ALGO+IMPL') ?? known[0];
  return lead?.mean ?? null;
}

function keyOf(study: StudyRow, by: StudyOrder): string | number | null {
  if (by === 'result') return resultOf(study);
  if (by === 'recorded') return study.recordedBytes;
  return by === 'made' ? study.created : study[by];
}

/** @returns the studies in order; equal ones stay as they were, and those without a result come last either way. */
export function sortedStudies(studies: readonly StudyRow[], { by, descending }: StudySorting): StudyRow[] {
  const keyed = studies.map((study) => ({ study, key: keyOf(study, by) }));
  keyed.sort((one, other) => {
    if (one.key === null || other.key === null) return Number(one.key === null) - Number(other.key === null);
    const order =
      typeof one.key === 'number' && typeof other.key === 'number'
        ? one.key - other.key
        : words.compare(String(one.key), String(other.key));
    return descending ? -order : order;
  });
  return keyed.map(({ study }) => study);
}
