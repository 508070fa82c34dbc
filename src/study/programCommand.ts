import { noiseSources, type NoiseSource } from './noise.ts';
import { listAnd, listOr, suggestion } from './nearest.ts';
import type { StudyProblem } from './problem.ts';
import type { Program } from './program.ts';
import type { Seeds, WorkOrder } from './replicate.ts';
import type { Study } from './study.ts';
import type { Variant } from './variant.ts';

/** The short names of the sources in placeholders. */
const shortNames: Readonly<Record<string, NoiseSource>> = { init: 'initialisation' };

const placeholder = /\{([a-z]+)(?::([a-z-]*))?(?:\?([^{}]*))?\}/g;
const plainNames = ['out', 'index', 'variant', 'threads'] as const;
const conditionNames = ['deterministic', 'vary', 'fixed'] as const;

const sourceNamed = (name: string): NoiseSource | undefined =>
  noiseSources.find((source) => source === name) ?? shortNames[name];

/** What stands in a command for a replicate. */
export interface ProgramValues {
  readonly seeds: Seeds;
  readonly variant: Variant;
  readonly index: number;
  readonly threads: number;
  /** Folder that the program writes into; absolute. */
  readonly out: string;
}

/** The values of a replicate's work order. */
export function programValues({ seeds, variant, index, execution }: WorkOrder, out: string): ProgramValues {
  return { seeds, variant, index, threads: execution.threads, out };
}

/**
 * The words of a command for one replicate. A word that is nothing but a condition which does not hold is left out.
 * @throws RangeError where a placeholder is not known: {@link programProblems} says so first.
 */
export function fillCommand(program: Program, values: ProgramValues): string[] {
  return program.command.flatMap((word) => {
    const filled = word.replaceAll(placeholder, (whole, name: string, of?: string, text?: string) =>
      text === undefined ? valueOf(whole, name, of, values) : holds(whole, name, of, values) ? text : '',
    );
    const isCondition = filled === '' && word !== '';
    return isCondition ? [] : [filled];
  });
}

function valueOf(whole: string, name: string, of: string | undefined, values: ProgramValues): string {
  if (name === 'seed') {
    const source = sourceNamed(of ?? '');
    if (source !== undefined) return String(values.seeds[source]);
  } else if (name === 'variant') return values.variant.name;
  else if (name === 'out' || name === 'index' || name === 'threads') return String(values[name]);
  throw new RangeError(`${whole} is no placeholder.`);
}

function holds(
  whole: string,
  name: string,
  of: string | undefined,
  { variant }: Pick<ProgramValues, 'variant'>,
): boolean {
  if (name === 'deterministic') return variant.implementation === 'deterministic';
  const source = sourceNamed(of ?? '');
  if ((name === 'vary' || name === 'fixed') && source !== undefined) return variant.sources[source] === name;
  throw new RangeError(`${whole} is no placeholder.`);
}

/** The variables that a program finds beside those of whoever started the studio. */
export function programEnvironment(values: ProgramValues): Record<string, string> {
  const { seeds, variant, index, out } = values;
  const threads = String(values.threads);
  return {
    ...Object.fromEntries(
      noiseSources.map((source) => [`NOISEFLOOR_SEED_${source.toUpperCase()}`, String(seeds[source])]),
    ),
    NOISEFLOOR_OUT: out,
    NOISEFLOOR_VARIANT: variant.name,
    NOISEFLOOR_REPLICATE: String(index),
    NOISEFLOOR_DETERMINISTIC: variant.implementation === 'deterministic' ? '1' : '0',
    // A program keeps the threads of its own, except where their number is what varies.
    ...(variant.implementation === 'configuration'
      ? { NOISEFLOOR_THREADS: threads, OMP_NUM_THREADS: threads }
      : {}),
  };
}

/** What is wrong with a command, and with variants that a program of one's own cannot have. */
export function programProblems({ program, variants, task }: Study): StudyProblem[] {
  if (program === undefined) return [];
  const second =
    task.dataset.kind === 'elsewhere'
      ? []
      : [
          {
            path: 'task',
            message: 'task is there beside program; a study has one or the other.',
            nearest: [],
          },
        ];
  const words = program.command.flatMap((word, index) =>
    [...word.matchAll(placeholder)].flatMap(([whole, name = '', of, text]) => {
      const why = faultOf(name, of, text !== undefined);
      const path = `program.command[${index}]`;
      return why === null ? [] : [{ path, message: `${path} has ${whole}: ${why}`, nearest: [] }];
    }),
  );
  const permuted = variants.flatMap(({ name, implementation }, index) =>
    implementation === 'accumulation-order'
      ? [
          {
            path: `variants[${index}].implementation`,
            message: `variants[${index}].implementation is "accumulation-order" ("${name}"); expected deterministic, device or configuration, because the mini-batches of a program of one's own cannot be permuted from outside.`,
            nearest: ['device', 'configuration'],
          },
        ]
      : [],
  );
  const perturbed = variants.flatMap(({ name, perturbation }, index) =>
    perturbation === undefined
      ? []
      : [
          {
            path: `variants[${index}].perturbation`,
            message: `variants[${index}].perturbation is there ("${name}"); what a program of one's own trains cannot be changed from outside. Leave it out.`,
            nearest: [],
          },
        ],
  );
  return [...second, ...words, ...permuted, ...perturbed];
}

function faultOf(name: string, of: string | undefined, isCondition: boolean): string | null {
  const takesSource = name === 'seed' || name === 'vary' || name === 'fixed';
  const known: readonly string[] = isCondition ? conditionNames : ['seed', ...plainNames];
  if (!known.includes(name)) {
    return isCondition
      ? `a condition is one of ${listOr(conditionNames.map((each) => `{${each}?...}`))}. ${suggestion(name, known)}`
      : `what is filled in is one of ${listOr(known.map((each) => `{${each}}`))}. ${suggestion(name, known)}`;
  }
  if (!takesSource) return of === undefined ? null : `{${name}} takes nothing after a colon.`;
  if (sourceNamed(of ?? '') !== undefined) return null;
  return `after the colon stands a source: ${listOr(noiseSources)}. ${suggestion(of ?? '', noiseSources)}`;
}

/** What a person should know of how a program is told what varies, one sentence each. */
export function programNotes(program: Program, variants: readonly Variant[]): string[] {
  const text = program.command.join(' ');
  const found = [...text.matchAll(placeholder)];
  const given = new Set(
    found.flatMap(([, name, of]) => (name === 'seed' ? (sourceNamed(of ?? '') ?? []) : [])),
  );
  const varying = noiseSources.filter((source) => variants.some(({ sources }) => sources[source] === 'vary'));
  const unsaid = varying.filter((source) => !given.has(source));
  const has = (name: string): boolean => found.some(([, each]) => each === name);
  const differs = new Set(variants.map(({ implementation }) => implementation === 'deterministic')).size > 1;
  return [
    `Trained by a program of your own: ${writtenCommand(program)}. What varies in its variants is what you declare; a certificate shows whether replicates with nothing varied really are identical.`,
    ...(unsaid.length === 0
      ? []
      : [
          `The command does not name the seed of ${listAnd(unsaid)}: the program must read ${listAnd(unsaid.map((source) => `NOISEFLOOR_SEED_${source.toUpperCase()}`))}, or nothing varies there.`,
        ]),
    ...(has('out') ? [] : ['The command does not name {out}: the program must write to NOISEFLOOR_OUT.']),
    ...(differs && !has('deterministic')
      ? [
          'The command has no {deterministic?...}: the program must read NOISEFLOOR_DETERMINISTIC, or its variants do not differ in it.',
        ]
      : []),
  ];
}

/** The command as a person would type it. */
export const writtenCommand = ({ command }: Program): string => command.map(quoted).join(' ');

/** A few words for a program: the first of its files, or what is run. */
export function programTitle({ command }: Program): string {
  const file = command.find((word) => /\.(py|js|ts|sh|jl|R|lua|exe)$/.test(word));
  return (file ?? command[0] ?? 'program').replace(/^.*[\\/](?=.)/, '');
}

/** What is about to be run on this machine, in a sentence. */
export function programSentence(program: Program): string {
  return `Each replicate runs ${writtenCommand(program)} in ${program.folder}; what it needs is not known, so they run one at a time unless you say otherwise.`;
}

const quoted = (word: string): string => (/^[\w{}:?=./+-]+$/.test(word) ? word : JSON.stringify(word));
