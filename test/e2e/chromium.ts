import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @returns the Chromium of this machine: what `NOISEFLOOR_CHROMIUM` names, or one on the path; null where there is none. */
export function findChromium(): string | null {
  const named = process.env['NOISEFLOOR_CHROMIUM'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const candidates = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

/** Why browser tests are skipped, as a part of their title; null where they run. */
export const skippedBecause =
  findChromium() === null ? 'skipped: no Chromium found; set NOISEFLOOR_CHROMIUM to its path' : null;

export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('There is no Chromium on this machine.');
  return chromium.launch({ executablePath, args: flags });
}
