import path from 'node:path';
import type { Command } from 'commander';
import { publicDatasets, type PublicDataset } from '../../../src/data/publicDatasets.ts';
import { recogniseDataset } from '../../../src/data/recogniseDataset.ts';
import { fetchDataset, publicDatasetNamed } from '../../../src/host/datasets/fetchDataset.ts';
import { KnownDatasets, type KnownDataset } from '../../../src/host/datasets/knownDatasets.ts';
import { personFolder } from '../../../src/library/location.ts';
import { datasetKinds, type DatasetKind } from '../../../src/study/datasetKinds.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { exitCodes } from '../errors.ts';
import { examples } from '../examples.ts';
import { jsonOption } from '../options.ts';
import { printJson, printNote, printText } from '../output.ts';
import { formatBytes, formatCount } from '../terminal/format.ts';
import { createTransferReporter } from '../terminal/transferReporter.ts';

interface Options {
  json?: boolean;
}

/** `datasets`: what can be trained on, what is shipped, and what lies on this machine. */
export function registerDatasets(program: Command): void {
  const datasets = program
    .command('datasets')
    .description('list the kinds of data that studies can use, what is shipped, and what is on this machine')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      examples('datasets download cifar-10', 'datasets add ~/data/pets', 'datasets check'),
    )
    .action(async (options: Options) => {
      const known = await ownDatasets().list();
      if (options.json === true) {
        printJson({ items: datasetKinds, known, public: publicDatasets.map(publicJson) });
        return;
      }
      printText(datasetKinds.map(describeKind).join('\n\n'));
      printText(
        `\nOn this machine:\n${known.length === 0 ? '  none added yet' : ''}${known.map(describeKnown).join('\n')}`,
      );
      printText(
        `\nCan be fetched with "noisefloor datasets download NAME":\n${publicDatasets.map(describePublic).join('\n')}`,
      );
    });
  registerAdd(datasets);
  registerCheck(datasets);
  registerDownload(datasets);
}

function registerAdd(datasets: Command): void {
  datasets
    .command('add')
    .description('read data of your own whole, check them, and list them for presets and the studio')
    .argument('<path>', 'the folder, or an .npz file')
    .option('--name <name>', 'what it is called in lists; its own name by default')
    .addOption(jsonOption())
    .action(async (place: string, options: Options & { name?: string }, command: Command) => {
      const reference = await recogniseDataset(place);
      const added = await ownDatasets().add(reference, options.name ?? null);
      tell(wantsJson(command), added, `Added ${added.name}: ${contentsOf(added)}.`);
    });
}

function registerCheck(datasets: Command): void {
  datasets
    .command('check')
    .description('read data that were added whole again, and say whether they are what they were')
    .argument('[name]', 'one of those that "noisefloor datasets" lists; all of them by default')
    .addOption(jsonOption())
    .action(async (name: string | undefined, _options: Options, command: Command) => {
      const own = ownDatasets();
      const names = name === undefined ? (await own.list()).map((known) => known.name) : [name];
      const items = [];
      for (const each of names) {
        const { known, isSame, found } = await own.check(each);
        items.push({ name: known.name, same: isSame, known, found });
        if (!wantsJson(command)) {
          printText(
            isSame
              ? `${known.name}: as it was, ${contentsOf(found)}`
              : `${known.name}: HAS CHANGED since ${known.checked.slice(0, 10)}. It was ${contentsOf(known)}; now it is ${contentsOf(found)}. Studies of before cannot be gone on with on it. Restore it, or take it as it is with "noisefloor datasets add ${placeOf(known)}".`,
          );
        }
      }
      if (wantsJson(command)) printJson({ items });
      else if (items.length === 0) printText('No data set was added; there is nothing to check.');
      if (items.some(({ same }) => !same)) process.exitCode = exitCodes.failed;
    });
}

function registerDownload(datasets: Command): void {
  datasets
    .command('download')
    .description('fetch a public data set from where its makers publish it, check it, and list it')
    .argument('<name>', publicDatasets.map((each) => each.name).join(', '))
    .option('--into <folder>', 'the folder to put it in; the folder of your data by default')
    .addOption(jsonOption())
    .action(async (name: string, options: Options & { into?: string }, command: Command) => {
      const wanted = publicDatasetNamed(name);
      const into = options.into ?? path.join(personFolder(), 'datasets');
      printNote(`${wanted.title}: ${wanted.terms}`);
      const stop = new AbortController();
      const onInterrupt = (): void => stop.abort(cancelled(wanted));
      process.once('SIGINT', onInterrupt);
      const reporter = createTransferReporter();
      try {
        const reference = await fetchDataset(wanted, into, { onEvent: reporter.tell, signal: stop.signal });
        reporter.end();
        const added = await ownDatasets().add(reference, wanted.name);
        tell(wantsJson(command), added, `Added ${added.name} in ${placeOf(added)}: ${contentsOf(added)}.`);
      } finally {
        reporter.end();
        process.off('SIGINT', onInterrupt);
      }
    });
}

const ownDatasets = (): KnownDatasets => new KnownDatasets(personFolder());

/** The command above has the option too, and takes it where it stands after the name of this one. */
const wantsJson = (command: Command): boolean => command.optsWithGlobals<Options>().json === true;

function cancelled({ name }: PublicDataset): NoisefloorError {
  return new NoisefloorError(
    'download-cancelled',
    `Stopped. What has come is kept: "noisefloor datasets download ${name}" goes on from there.`,
  );
}

function tell(isJson: boolean, added: KnownDataset, text: string): void {
  if (isJson) printJson(added);
  else printText(text);
}

function contentsOf({ examples: counts, shape, classes, dataset }: KnownDataset): string {
  const [height, width, channels] = shape;
  const kind = channels === 1 ? 'grey' : 'RGB';
  return `${formatCount(counts.train)} + ${formatCount(counts.test)} images of ${width} x ${height} in ${kind}, ${classes} classes (${dataset.kind})`;
}

const placeOf = ({ dataset }: KnownDataset): string => ('path' in dataset ? dataset.path : '');

const describeKnown = (known: KnownDataset): string =>
  `  ${known.name}: ${contentsOf(known)}, ${placeOf(known)}, checked ${known.checked.slice(0, 10)}`;

const bytesOf = ({ files }: PublicDataset): number => files.reduce((total, { bytes }) => total + bytes, 0);

const describePublic = (each: PublicDataset): string =>
  `  ${each.name}: ${each.title}, ${formatBytes(bytesOf(each))}. ${each.terms}`;

const publicJson = (each: PublicDataset): Record<string, unknown> => ({
  ...{ name: each.name, title: each.title, terms: each.terms, bytes: bytesOf(each), files: each.files },
});

function describeKind({ kind, title, description, needsPath, licence }: DatasetKind): string {
  const lines = [`${kind}  (${title})`, `  ${description}`];
  if (needsPath) {
    lines.push(`  --set task.dataset.kind=${kind} --set task.dataset.path=FOLDER`);
  }
  if (licence !== null) {
    lines.push(`  licence: ${licence}`);
  }
  return lines.join('\n');
}
