/** Whether Ctrl-C on the terminal already reaches the whole process group, so that it must not be passed on again. */

import { readFileSync } from 'node:fs';

/**
 * @returns {boolean}
 */
export function terminalSendsToGroup() {
  try {
    // Fields after the program's name: state, parent, group, session, terminal, the terminal's foreground group.
    const text = readFileSync('/proc/self/stat', 'utf8');
    const facts = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return facts[4] !== '0' && facts[2] === facts[5];
  } catch {
    return process.stdin.isTTY || process.stderr.isTTY;
  }
}
