import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { invalidData, systemReason } from './invalid.ts';
import { splitForTesting } from './testSplit.ts';

export interface LabelledFile {
  file: string;
  /** Index of the class. */
  label: number;
}

export interface ClassFolders {
  classNames: string[];
  train: LabelledFile[];
  test: LabelledFile[];
}

const imageName = /\.(jpe?g|png)$/i;
/** What file managers leave behind. */
const clutter = /^(\..*|thumbs\.db|desktop\.ini)$/i;

/**
 * The image files of a folder with their classes, by name in the order of their characters' codes, so that the same
 * files come in the same order on every machine.
 * @param testFolders what the folder for testing may be called; the first that is there counts.
 * @throws NoisefloorError `dataset-invalid` where classes are missing, empty, or hold something else.
 */
export async function findClassFolders(
  folder: string,
  testFraction: number,
  testFolders: readonly string[] = ['test'],
): Promise<ClassFolders> {
  const { folders } = await contents(folder);
  const testFolder = testFolders.find((name) => folders.includes(name));
  if (folders.includes('train') && testFolder !== undefined) {
    const [train, test] = [join(folder, 'train'), join(folder, testFolder)];
    if ((await contents(train)).folders.length > 0) return givenSplit(train, test);
  }
  const classes = await classesOf(folder);
  const split = classes.map(({ name, files }) => ({
    name,
    ...splitForTesting(name, files, testFraction, join(folder, name)),
  }));
  return {
    classNames: classes.map(({ name }) => name),
    train: split.flatMap(({ name, train }, label) => labelled(join(folder, name), train, label)),
    test: split.flatMap(({ name, test }, label) => labelled(join(folder, name), test, label)),
  };
}

async function givenSplit(train: string, test: string): Promise<ClassFolders> {
  const [trainClasses, testClasses] = [await classesOf(train), await classesOf(test)];
  requireClasses(testClasses, trainClasses, test);
  requireClasses(trainClasses, testClasses, train);
  const all = (folder: string, classes: readonly ClassFiles[]): LabelledFile[] =>
    classes.flatMap(({ name, files }, label) => labelled(join(folder, name), files, label));
  return {
    classNames: trainClasses.map(({ name }) => name),
    train: all(train, trainClasses),
    test: all(test, testClasses),
  };
}

interface ClassFiles {
  name: string;
  files: string[];
}

async function classesOf(folder: string): Promise<ClassFiles[]> {
  const { folders, files } = await contents(folder);
  const loose = files.find((name) => imageName.test(name));
  if (loose !== undefined) {
    throw invalidData(
      join(folder, loose),
      'lies beside the class folders. Put it into the folder of its class.',
    );
  }
  if (folders.length < 2) {
    const found = folders.length === 0 ? 'no class folders' : `one class folder only (${folders.join('')})`;
    throw invalidData(folder, `has ${found}. Give each class a folder of its own, at least two.`);
  }
  const classes: ClassFiles[] = [];
  for (const name of folders) classes.push({ name, files: await imagesOf(join(folder, name)) });
  return classes;
}

async function imagesOf(folder: string): Promise<string[]> {
  const { folders, files } = await contents(folder);
  const [inner] = folders;
  if (inner !== undefined)
    throw invalidData(join(folder, inner), 'is a folder inside a class folder. Move its files up.');
  const other = files.find((name) => !imageName.test(name));
  if (other !== undefined) {
    throw invalidData(join(folder, other), 'is not named as a JPEG or PNG file. Convert or remove it.');
  }
  if (files.length === 0) throw invalidData(folder, 'is an empty class folder. Fill or remove it.');
  return files;
}

function requireClasses(named: readonly ClassFiles[], other: readonly ClassFiles[], folder: string): void {
  const missing = named.find(({ name }) => !other.some((candidate) => candidate.name === name));
  if (missing === undefined) return;
  throw invalidData(
    join(folder, missing.name),
    'is a class that only one of the train and test folders has. Both need the same class folders.',
  );
}

const labelled = (folder: string, files: readonly string[], label: number): LabelledFile[] =>
  files.map((name) => ({ file: join(folder, name), label }));

/** What is in a folder, links followed, hidden files and file managers' clutter left out. */
async function contents(folder: string): Promise<{ folders: string[]; files: string[] }> {
  const folders: string[] = [];
  const files: string[] = [];
  let place = folder;
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((left, right) => (left.name < right.name ? -1 : 1));
    for (const entry of entries.filter(({ name }) => !clutter.test(name))) {
      place = join(folder, entry.name);
      const kind = entry.isSymbolicLink() ? await stat(place) : entry;
      (kind.isDirectory() ? folders : files).push(entry.name);
    }
  } catch (error) {
    throw invalidData(place, `${systemReason(error)}.`, error);
  }
  return { folders, files };
}
