import type { StoredDataset } from './datasets.ts';

/** The names of a data set's classes, where its loader gave them. */
export function classNamesOf({ classNames }: StoredDataset['identity']): string[] | null {
  return Array.isArray(classNames) ? classNames.map(String) : null;
}
