import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { Library } from '../../src/library/library.ts';
import type { ReplicatePredictions } from '../../src/library/measurements.ts';
import { epochsIn, eventually, isAlive, processesOf } from '../fixtures/cli/studyFile.ts';
import { launchChromium } from './chromium.ts';
import { serveStudio, trainingCache, type ServedStudio } from './servedStudio.ts';

/** Somebody without any study yet, and the studio that is served to them. */
export interface NewPerson {
  readonly studio: ServedStudio;
  /** Where their own library will be. */
  readonly library: string;
}

/** @param folder holds all that this person has. */
export async function serveNewPerson(folder: string): Promise<NewPerson> {
  const data = join(folder, 'data');
  const studio = await serveStudio([], {
    ...trainingCache(folder),
    NOISEFLOOR_LIBRARY: undefined,
    XDG_DATA_HOME: data,
    XDG_CONFIG_HOME: join(folder, 'config'),
  });
  return { studio, library: join(data, 'noisefloor', 'library.sqlite') };
}

/**
 * Waits until the only study of a library trains and has an epoch, and holds its processes still, so that nothing ends
 * while a window is closed and opened again.
 * @returns lets them go on.
 */
export async function holdTraining(library: string): Promise<() => void> {
  const folders = await eventually(() => {
    const found = resultFolders(library);
    return found.some((folder) => epochsIn(folder) > 0) ? found : null;
  });
  const held = folders.flatMap((folder) => processesOf(folder)).filter(isAlive);
  for (const pid of held) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of held) if (isAlive(pid)) process.kill(pid, 'SIGCONT');
  };
}

function resultFolders(library: string): string[] {
  try {
    const root = `${library}.results`;
    return readdirSync(root).flatMap((study) =>
      readdirSync(join(root, study)).map((name) => join(root, study, name)),
    );
  } catch {
    return [];
  }
}

/** The predictions of every replicate that counts after an epoch of a library's only study. */
export function storedPredictions(file: string, epoch: number): ReplicatePredictions[] {
  const library = Library.open(file);
  try {
    const [study, ...others] = library.listStudies();
    if (study === undefined || others.length > 0) throw new Error(`${file} does not hold one study.`);
    return library.predictionsAt(study.id, epoch);
  } finally {
    library.close();
  }
}

/** The mean share of test examples on which two replicates differ, counted one by one. */
export function countedChurn(replicates: readonly ReplicatePredictions[]): number {
  const shares: number[] = [];
  for (const [position, one] of replicates.entries()) {
    for (const other of replicates.slice(position + 1)) {
      let differing = 0;
      one.classes.forEach((predicted, example) => {
        if (predicted !== other.classes[example]) differing += 1;
      });
      shares.push(differing / one.classes.length);
    }
  }
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** Whether a page of churn says, as exactly as it does, that two replicates differ on this share of the examples. */
export async function saysChurn(page: Page, share: number): Promise<boolean> {
  const text = await page.locator('.sentence').textContent();
  const [, shown] = /Two replicates disagree on ([\d.]+) %/.exec(text ?? '') ?? [];
  return shown !== undefined && (100 * share).toFixed(shown.split('.')[1]?.length ?? 0) === shown;
}

/** The windows of a person's browser. */
export interface PersonsWindows {
  /** What went wrong in any of them. */
  readonly complaints: readonly string[];
  open(address: string): Promise<Page>;
  close(): Promise<void>;
}

export async function openPersonsBrowser(): Promise<PersonsWindows> {
  const browser = await launchChromium();
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  const complaints: string[] = [];
  return {
    complaints,
    open: async (address) => {
      const page = await context.newPage();
      page.setDefaultTimeout(90_000);
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(address);
      return page;
    },
    close: () => browser.close(),
  };
}
