import { homedir } from 'node:os';
import path from 'node:path';
import { readLabelledExamples } from '../interchange/logs/labelledExamples.ts';
import type { StoredDataset } from '../library/datasets.ts';
import type { Program } from '../study/program.ts';

/** A program whose paths are absolute, as studies are stored; `~/` is the home folder. @param folder what they are relative to. */
export function withAbsolutePaths(program: Program, folder: string): Program {
  const absolute = (written: string): string =>
    path.resolve(folder, written.replace(/^~(?=$|[/\\])/, homedir()));
  const { labels } = program;
  return {
    ...program,
    folder: absolute(program.folder),
    ...(labels === undefined ? {} : { labels: absolute(labels) }),
  };
}

/**
 * What is known of the test examples that a program predicts; null where nothing is.
 * @throws NoisefloorError `log-invalid` with file and line.
 */
export function dataOfProgram({ labels }: Program): StoredDataset | null {
  return labels === undefined ? null : readLabelledExamples(labels);
}
