import { confusion } from '../../src/analysis/confusion.ts';
import type { Contract } from '../../src/contract/procedure.ts';
import { questionKey, type Recording } from '../../src/contract/recording.ts';
import { studioContract } from '../../src/contract/studio.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import type { StudioClient } from './connection.ts';

/** What a report says where a host would say what it has and does. */
const emptyAnswers: Readonly<Record<string, unknown>> = {
  'studies.list': { items: [] },
  'studies.discarded': { items: [] },
  'setup.library': { path: '', dataFolders: [] },
  'setup.libraries': { items: [] },
  'drafts.list': { items: [] },
  'runs.list': { items: [] },
  'runs.elsewhere': { alive: 0, left: 0 },
};

/** A host's side that only knows what was recorded; `not-in-report` is thrown for everything else. */
export function recordedClient(recording: Recording): StudioClient {
  const answerTo = (name: string, input: unknown): unknown => {
    const answer = recording.answers[questionKey(name, input)] ?? emptyAnswers[name];
    if (answer !== undefined) return answer;
    throw new NoisefloorError('not-in-report', 'A report does not hold them: open the study in Noisefloor.', {
      details: { procedure: name },
    });
  };
  const contract: Contract = studioContract;
  const subjects = Object.entries(contract).map(([subject, procedures]) => {
    const methods = Object.entries(procedures).map(([name, procedure]) => {
      const asked = `${subject}.${name}`;
      return [
        name,
        procedure.kind === 'call'
          ? (input: unknown) => Promise.resolve().then(() => procedure.output.parse(answerTo(asked, input)))
          : async function* (input: unknown) {
              // What nothing was recorded of never says anything.
              const events = recording.answers[questionKey(asked, input)];
              if (!Array.isArray(events)) await new Promise(() => undefined);
              else for (const event of events) yield procedure.event.parse(event);
            },
      ];
    });
    return [subject, Object.fromEntries(methods)] as const;
  });
  // Each method has the type that the mapped type says: its values pass the schemas of its procedure.
  const client = Object.fromEntries(subjects) as unknown as StudioClient;
  return { ...client, measures: { ...client.measures, confusion: confusionIn(client) } };
}

/** Any two labellings can be compared of the predictions that were recorded. */
function confusionIn(client: StudioClient): StudioClient['measures']['confusion'] {
  return async ({ study, epoch, first, second }) => {
    const predicted = await client.measures.predictions({ study, epoch });
    const { classes, labels, examples, replicates } = predicted;
    const [rows, columns] = [first, second].map((id) => {
      const row = replicates.findIndex((replicate) => replicate.id === id);
      const labelling = id === null ? labels : classes.subarray(row * examples, (row + 1) * examples);
      if (labelling !== null && (id === null || row >= 0)) return labelling;
      throw new NoisefloorError('replicate-unknown', 'This report holds no predictions of that replicate.');
    });
    if (rows === undefined || columns === undefined) throw new RangeError('There are two labellings.');
    let count = predicted.classNames?.length ?? 0;
    for (const each of [rows, columns]) for (const index of each) count = Math.max(count, index + 1);
    return {
      ...{ epoch: predicted.epoch, examples: rows.length },
      classes: Array.from({ length: count }, (_, index) => predicted.classNames?.[index] ?? String(index)),
      counts: confusion(rows, columns, count),
    };
  };
}
