import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeMessage } from '../../contract/encoding.ts';
import type { Recording } from '../../contract/recording.ts';
import { NoisefloorError } from '../../study/errors.ts';

/** What a report's pages are made of. */
export interface ReportProgram {
  /** Where `report.js` and `report.css` were built. */
  readonly folder: string;
  /** Of the studio. */
  readonly version: string;
}

/** Nothing is fetched and no code but the report's own runs, wherever it is opened. */
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; font-src data:; img-src data: blob:";

/**
 * A report as one HTML file that needs nothing beside it: the studio's pages, and what was recorded of a study.
 * @throws NoisefloorError `report-not-built`.
 */
export function reportPage(name: string, recording: Recording, program: string): string {
  const [script, style] = ['report.js', 'report.css'].map((file) => readBuilt(path.join(program, file)));
  const content = gzipSync(encodeMessage(recording)).toString('base64');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<meta name="generator" content="Noisefloor ${escaped(recording.version)}">`,
    `<title>${escaped(name)}</title>`,
    `<style>${(style ?? '').replaceAll('</style', '<\\/style')}</style>`,
    '</head>',
    '<body>',
    '<div id="studio"></div>',
    '<noscript>This report draws its pages with JavaScript. Allow it for this file.</noscript>',
    `<script type="application/octet-stream" id="recording">${content}</script>`,
    // Inside of a script only its own end and the beginning of a comment mean anything.
    `<script type="module">${(script ?? '').replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function readBuilt(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new NoisefloorError(
      'report-not-built',
      `The pages of a report are not at ${file}. Build them with "npm run build:studio".`,
      { details: { file }, cause },
    );
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
