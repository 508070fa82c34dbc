import type { z } from 'zod';
import {
  allowedNames,
  describeExpectation,
  knownKeys,
  pathText,
  schemaAt,
  valueAt,
  type StudyPath,
} from './expectation.ts';
import { nearest, listOr, suggestion } from './nearest.ts';

type Issue = z.core.$ZodIssue;

/** One thing that is wrong with a study. */
export interface StudyProblem {
  /** For example `variants[0].sources.order`. */
  path: string;
  /** What is wrong, what is allowed, and the nearest allowed name: a sentence that begins with the path. */
  message: string;
  /** Allowed names that the value may have meant. */
  nearest: string[];
}

/** What zod found wrong with `root`, in the words of a person who writes study files. */
export function problemsOf(issues: readonly Issue[], root: unknown): StudyProblem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, root, []));
}

function problemsOfIssue(issue: Issue, root: unknown, above: StudyPath): StudyProblem[] {
  const path = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(root, path, key));
  if (issue.code === 'invalid_union') {
    // The alternative that got furthest is the one that was meant: a list with a bad item rather than `every`.
    const furthest = issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0));
    if (furthest !== undefined && furthest.length > 0) {
      return furthest.flatMap((inner) => problemsOfIssue(inner, root, path));
    }
  }
  return [badValue(root, path, issue.message)];
}

function unknownKey(root: unknown, path: StudyPath, key: string): StudyProblem {
  const known = knownKeys(root, path);
  return {
    path: pathText([...path, key]),
    message: `${pathText([...path, key])} is not a known key. ${suggestion(key, known)}`,
    nearest: nearest(key, known),
  };
}

function badValue(root: unknown, path: StudyPath, fallback: string): StudyProblem {
  const where = path.length === 0 ? 'The study' : pathText(path);
  const value = valueAt(root, path);
  const node = schemaAt(root, path);
  const state = value === undefined ? 'is missing' : `is ${shown(value)}`;
  const expected = expectation(node, fallback);
  const near = typeof value === 'string' && node !== undefined ? nearest(value, allowedNames(node)) : [];
  const hint = near.length === 0 ? '' : ` Did you mean ${listOr(near.map((name) => `"${name}"`))}?`;
  return { path: pathText(path), message: `${where} ${state}; expected ${expected}.${hint}`, nearest: near };
}

function expectation(node: ReturnType<typeof schemaAt>, fallback: string): string {
  // A pattern says nothing to a person, so schemas with one bring their own words.
  if (node === undefined || node.pattern !== undefined) return fallback.replace(/^expected /, '');
  return describeExpectation(node);
}

/** A value as it stands in a study file, shortened. */
function shown(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return `a ${typeof value}`;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
