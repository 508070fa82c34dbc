import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { Command } from 'commander';
import { writeCompactCopy } from '../../../src/library/compactCopy.ts';
import type { StudyDetail } from '../../../src/library/studies.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import type { Study } from '../../../src/study/study.ts';
import { cacheFolder } from '../../setup/cache.js';
import { jsonOption } from '../options.ts';
import { printJson, printText } from '../output.ts';
import { parseParallel, reportRunEnd, resumeStudy, runNewStudy } from '../runCommand.ts';
import { studyFromArgument } from '../studyArgument.ts';
import { withLibrary } from '../withLibrary.ts';

const sampleFolder = fileURLToPath(new URL('../../../resources/sample', import.meta.url));
/** Replicates of variants in which something varies part in the first steps. */
const fingerprintEpochs = 2;

/** `sample`, for whoever works on Noisefloor: trains the study that ships, and writes its library anew. */
export function registerSample(program: Command): void {
  program
    .command('sample', { hidden: true })
    .description('train the sample study and write resources/sample/sample.sqlite anew')
    .option('--parallel <n>', 'replicates that train at once; measured by default')
    .addOption(jsonOption())
    .action(async (options: { parallel?: string; json?: boolean }) => {
      const { study } = await studyFromArgument(join(sampleFolder, 'study.json'), { set: [] });
      const folder = join(cacheFolder(), 'sample');
      await mkdir(folder, { recursive: true });
      const trained = join(folder, 'library.sqlite');
      const ended = await train(trained, study, parseParallel(options.parallel));
      reportRunEnd(ended);
      if (ended.counts.finished !== ended.replicates) return;
      const file = join(sampleFolder, 'sample.sqlite');
      writeCompactCopy(trained, file, { fingerprintEpochs });
      const bytes = await readFile(file);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      if (options.json === true) printJson({ file, bytes: bytes.length, sha256 });
      else printText(`${file}: ${bytes.length} bytes, SHA-256 ${sha256}`);
    });
}

/** Trains the study in a library that is kept, so that what was interrupted goes on. */
async function train(file: string, study: Study, parallel: number | null): Promise<StudyDetail> {
  return withLibrary(file, async (library) => {
    const [known] = await library.listStudies();
    if (known === undefined) {
      return runNewStudy({ library, study, choosesImplementation: false, parallel });
    }
    const stored = await library.study(known.id);
    if (!isDeepStrictEqual(stored.study, study)) {
      throw new NoisefloorError(
        'sample-differs',
        `${file} holds another study than resources/sample/study.json describes. Delete it to train the new one.`,
        { details: { file } },
      );
    }
    return stored.status === 'finished' ? stored : resumeStudy({ library, study: stored, parallel });
  });
}
