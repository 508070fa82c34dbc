import { NoisefloorError } from './errors.ts';
import { mostThreads } from './execution.ts';
import { isRecord } from './expectation.ts';
import { findJsonFault, lineAndColumn } from './jsonText.ts';
import { networkProblems } from './networkProblems.ts';
import { recipeProblems } from './recipeProblems.ts';
import { problemsOf, type StudyProblem } from './problem.ts';
import { studySchema, type Study } from './study.ts';
import type { Variant } from './variant.ts';

/** As many problems as fit on a screen. */
const shownProblems = 12;

/**
 * A study from outside data, with defaults filled in.
 * @param where what the data is called in messages, for example the name of its file.
 * @throws NoisefloorError `invalid-study` that names the path of every bad value, the value, what is allowed there and
 *   the nearest names; `details.problems` holds the same as {@link StudyProblem}s.
 */
export function parseStudy(value: unknown, where = 'The study'): Study {
  const input = withoutEditorKey(value);
  const parsed = studySchema.safeParse(input);
  const problems = parsed.success
    ? problemsBetweenValues(parsed.data)
    : problemsOf(parsed.error.issues, input);
  if (!parsed.success || problems.length > 0) throw invalidStudy(where, problems);
  return parsed.data;
}

/**
 * A study from the text of a study file.
 * @param file name of the file, for messages.
 * @throws NoisefloorError `invalid-study` as {@link parseStudy}, or with line and column where the text is not JSON.
 */
export function parseStudyText(text: string, file: string): Study {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const fault = findJsonFault(json);
  if (fault !== null) {
    const { line, column } = lineAndColumn(json, fault.offset);
    throw new NoisefloorError(
      'invalid-study',
      `${file} is not JSON: ${fault.reason} (line ${line}, column ${column}).`,
      { details: { file, line, column } },
    );
  }
  return parseStudy(JSON.parse(json), file);
}

function withoutEditorKey(value: unknown): unknown {
  if (!isRecord(value) || typeof value.$schema !== 'string') return value;
  const { $schema: _, ...study } = value;
  return study;
}

/** What no single value shows: names and kinds that are there twice, more threads than a replicate can have. */
function problemsBetweenValues(study: Study): StudyProblem[] {
  return [
    ...study.variants.flatMap((variant, index) => variantProblems(study, variant, index)),
    ...recipeProblems(study.task.recipe),
    ...networkProblems(study.task),
  ];
}

function variantProblems(study: Study, variant: Variant, index: number): StudyProblem[] {
  const problems: StudyProblem[] = [];
  const path = `variants[${index}]`;
  const first = study.variants.findIndex(({ name }) => name.toLowerCase() === variant.name.toLowerCase());
  if (first < index) {
    problems.push({
      path: `${path}.name`,
      message: `${path}.name is "${variant.name}", the same name as that of variants[${first}] (upper and lower case count as equal); give each variant a name of its own.`,
      nearest: [],
    });
  }
  if (variant.implementation === 'configuration' && study.replicates > mostThreads) {
    problems.push({
      path: 'replicates',
      message: `replicates is ${study.replicates}; expected a whole number from 1 to ${mostThreads}, because ${path} ("${variant.name}") has the implementation noise configuration, whose replicate i runs with i + 1 threads.`,
      nearest: [],
    });
  }
  return problems;
}

function invalidStudy(where: string, problems: readonly StudyProblem[]): NoisefloorError {
  const lines = problems.slice(0, shownProblems).map(({ message }) => message);
  const more = problems.length - lines.length;
  const message =
    problems.length === 1
      ? `${where} is not valid. ${lines.join('')}`
      : [
          `${where} is not valid; ${problems.length} values are wrong:`,
          ...lines.map((line) => `  ${line}`),
          ...(more > 0 ? [`  and ${more} more.`] : []),
        ].join('\n');
  return new NoisefloorError('invalid-study', message, { details: { problems } });
}
