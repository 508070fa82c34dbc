import type { StoredDataset } from './datasets.ts';

/** The names of a data set's classes, where its loader gave them. */
export function classNamesOf({ classNames }: StoredDataset['identity']): string[] | null {
  return Array.isArray(classNames) ? classNames.map(String) : null;
}

/** The names of the attributes that each example has or has not; null where each has one class. */
export function attributeNamesOf({ attributeNames }: StoredDataset['identity']): string[] | null {
  return Array.isArray(attributeNames) ? attributeNames.map(String) : null;
}
