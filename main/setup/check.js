/**
 * `npm test`: sets everything up, runs every check and every test, and ends with `N passed, N failed`.
 *
 *     npm test                      all checks, then all tests
 *     npm test -- <vitest filter>   only these tests
 *     --checks                      all checks, no tests
 *     --only <check>                only this check
 *     --write                       puts every file into the house style
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './checkout.js';
import { checks, formatter, runCheck } from './checks.js';
import { runVisibly } from './child.js';
import { ensureChromium } from './chromium.js';
import { interruptible } from './interruption.js';
import { keepCompiledCode } from './compiledCode.js';
import { prepare } from './prepare.js';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const args = process.argv.slice(2);
const only = args[0] === '--only' ? args.slice(1).join(' ') : null;
const writes = args[0] === '--write';
const tests = only === null && !writes && args[0] !== '--checks';

await prepare({ training: tests, pages: false });
keepCompiledCode();
if (tests) await interruptible(ensureChromium);
process.exitCode = await interruptible(run, 'interrupted');

/** @returns {Promise<number>} exit code */
async function run() {
  if (writes) {
    const { passed, output } = await runCheck(formatter);
    process.stdout.write(`${output === '' ? 'formatted' : output}\n`);
    return passed ? 0 : 1;
  }
  const none = { passed: 0, failed: 0, skipped: 0 };
  // Tests wait a good part of their time, for processes and pages: beside them, the checks cost little of their own.
  const [checked, tested] = await Promise.all([
    args.length === 0 || !tests ? runChecks(only, tests ? 1 : 2) : none,
    tests ? runTests(args) : none,
  ]);
  const passed = checked.passed + tested.passed;
  const failed = checked.failed + tested.failed;
  const skipped = checked.skipped + tested.skipped;
  process.stdout.write(
    `\n${passed.toString()} passed, ${failed.toString()} failed${skipped > 0 ? `, ${skipped.toString()} skipped` : ''}\n`,
  );
  return failed === 0 && passed > 0 ? 0 : 1;
}

/**
 * @param {string | null} wanted name of the one check to run, or null for all
 * @param {number} together how many run at once
 * @returns {Promise<Counts>}
 */
async function runChecks(wanted, together) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const chosen = checks.filter((check) => wanted === null || check.name === wanted);
  if (chosen.length === 0) {
    process.stderr.write(
      `there is no check named ${wanted ?? ''}; there are: ${checks.map((check) => check.name).join(', ')}\n`,
    );
    counts.failed = 1;
  }
  const queue = [...chosen];
  await Promise.all(Array.from({ length: together }, runQueue));
  return counts;

  /** Runs checks one after the other until none is left. */
  async function runQueue() {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      const started = Date.now();
      const results = [];
      for (const tool of check.runs) results.push(await runCheck(tool));
      const passed = results.every((result) => result.passed);
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      process.stdout.write(`${passed ? 'passed' : 'FAILED'}  ${check.name} (${seconds} s)\n`);
      if (passed) counts.passed++;
      else counts.failed++;
      for (const result of results) if (!result.passed) process.stdout.write(`${result.output}\n`);
    }
  }
}

/**
 * @param {readonly string[]} filters handed to vitest
 * @returns {Promise<Counts>}
 */
async function runTests(filters) {
  const folder = mkdtempSync(join(tmpdir(), 'noisefloor-tests-'));
  const report = join(folder, 'report.json');
  try {
    const code = await runVisibly(
      process.execPath,
      [
        ...[join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...filters],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
      ],
      { cwd: root },
    );
    return countTests(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} report vitest's JSON report
 * @param {number} code vitest's exit code
 * @returns {Counts}
 */
function countTests(report, code) {
  /** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} */
  let facts;
  try {
    facts = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  // A file that cannot be loaded fails without having a test; so does a run that broke for another reason.
  const brokenFiles = facts.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = facts.numFailedTests + brokenFiles;
  return {
    passed: facts.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: facts.numPendingTests + facts.numTodoTests,
  };
}
