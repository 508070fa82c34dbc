import { counted } from './format.ts';

interface ReportedRun {
  readonly fault: unknown;
}

/** What of a report a sentence is made of. */
interface Reported {
  readonly dryRun: boolean;
  readonly studies: readonly { readonly runs: readonly ReportedRun[] }[];
  readonly replicates: number | null;
  readonly continued: number | null;
}

/** What an import brings or would bring, in words. */
export function importSentence({ dryRun, studies, replicates, continued }: Reported): string {
  const runs = studies.flatMap((study) => study.runs);
  const faulty = runs.filter(({ fault }) => fault !== null).length;
  const of = `${counted(runs.length, 'run')} of ${studies.length === 1 ? 'one study' : `${studies.length} studies`}`;
  if (!dryRun) {
    const more =
      (continued ?? 0) > 0 ? `, and of ${counted(continued ?? 0, 'replicate')} there is more now` : '';
    return (replicates ?? 0) === 0 && more === ''
      ? `Nothing was new: the library has these ${of} already.`
      : `Taken in: ${counted(replicates ?? 0, 'new replicate')}${more}.`;
  }
  if (faulty === 0) return `${of.charAt(0).toUpperCase()}${of.slice(1)} can be taken in as they are.`;
  return `${faulty} of ${of} cannot be read. Mend them, or leave them out.`;
}
