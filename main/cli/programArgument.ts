import { parseArgsStringToArgv } from 'string-argv';
import { withAbsolutePaths } from '../../src/programs/programData.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { applyOverrides } from '../../src/study/overrides.ts';
import { parseStudy } from '../../src/study/parse.ts';
import { programTitle } from '../../src/study/programCommand.ts';
import type { Study } from '../../src/study/study.ts';
import { paperVariants } from '../../src/study/variant.ts';
import { overridesOf, selected, type StudyChanges } from './studyArgument.ts';

/** What `run --program` takes beside what changes any study. */
export interface ProgramChanges extends StudyChanges {
  program?: string;
  labels?: string;
}

/** So many replicates of each variant, as the paper has of its largest. */
const usualReplicates = 5;

/**
 * The study of a program of one's own that a command line names: the paper's variants unless it says otherwise.
 * @throws NoisefloorError `invalid-usage`, and what a study is refused for.
 */
export function studyOfProgram(written: string, changes: ProgramChanges): Study {
  const command = parseArgsStringToArgv(written);
  if (command.length === 0) {
    throw new NoisefloorError(
      'invalid-usage',
      '--program is empty. Give the command that trains one replicate, for example "python train.py --seed {seed:initialisation} --out {out}".',
    );
  }
  const { labels, ...others } = changes;
  const study = parseStudy({
    noisefloor: 1,
    name: programTitle({ command, folder: '.' }),
    program: { command, ...(labels === undefined ? {} : { labels }) },
    variants: paperVariants('device'),
    replicates: usualReplicates,
  });
  const changed = selected(applyOverrides(study, overridesOf(others, 'program.epochs')), changes);
  return changed.program === undefined
    ? changed
    : { ...changed, program: withAbsolutePaths(changed.program, process.cwd()) };
}
