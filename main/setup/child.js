/** Runs the tools that set-up needs, and ends them when set-up is interrupted. */

import { spawn } from 'node:child_process';

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string, missing: boolean }} ToolResult */

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs a tool without input and keeps what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<ToolResult>} `missing` when there is no such program; never rejects
 */
export function runTool(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    let stdout = '';
    let stderr = '';
    running.add(child);
    child.stdout.on('data', (/** @type {Buffer} */ chunk) => (stdout += chunk.toString()));
    child.stderr.on('data', (/** @type {Buffer} */ chunk) => (stderr += chunk.toString()));
    child.on('error', (error) => {
      running.delete(child);
      resolve({
        code: null,
        signal: null,
        stdout,
        stderr: stderr + error.message,
        missing: isMissing(error),
      });
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr, missing: false });
    });
  });
}

/**
 * Runs a tool whose output goes straight to the screen.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code, 1 when a signal ended it
 */
export function runVisibly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'inherit', 'inherit'] });
    running.add(child);
    child.on('error', reject);
    child.on('exit', (code) => {
      running.delete(child);
      resolve(code ?? 1);
    });
  });
}

/**
 * Ends every tool that still runs.
 * @returns {void}
 */
export function endTools() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * @param {Error & { code?: string }} error
 * @returns {boolean}
 */
function isMissing(error) {
  return error.code === 'ENOENT' || error.code === 'EACCES';
}
