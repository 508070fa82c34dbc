/** What each command needs to be set up: TensorFlow to train, built pages to show. */

import { readFileSync } from 'node:fs';

const training = new Set([
  'quickstart',
  'run',
  'resume',
  'sample',
  'probe',
  'overhead',
  'reproduce',
  'replay',
  'bisect',
]);
const optionsWithValue = new Set(['--library']);

/**
 * @param {readonly string[]} args what stands after `noisefloor`
 * @returns {boolean}
 */
export function needsTensorFlow(args) {
  if (args.some((arg) => arg === '--help' || arg === '-h')) return false;
  const words = positionals(args);
  const command = words[0];
  if (command === undefined) return false;
  if (command === 'doctor') return args.includes('--train');
  if (command === 'certify') return args.includes('--bisect');
  if (command === 'bench') return !['analysis', 'import', 'studio'].includes(words[1] ?? '');
  if (command === 'run' && isOwnProgram(args, words[1])) return false;
  return training.has(command);
}

/**
 * Whether a program of one's own trains: that needs nothing of ours.
 * @param {readonly string[]} args
 * @param {string | undefined} study preset or study file
 * @returns {boolean}
 */
function isOwnProgram(args, study) {
  if (args.some((arg) => arg === '--program' || arg.startsWith('--program='))) return true;
  if (study === undefined || !study.endsWith('.json')) return false;
  try {
    /** @type {{ program?: unknown }} */
    const content = JSON.parse(readFileSync(study, 'utf8'));
    return content.program !== undefined;
  } catch {
    // Whoever reads it for its own sake says what is wrong with it.
    return false;
  }
}

/**
 * @param {readonly string[]} args what stands after `noisefloor`
 * @param {boolean} interactive whether a person sits at a terminal
 * @returns {boolean} whether it shows the studio
 */
export function needsPages(args, interactive) {
  if (args.some((arg) => arg === '--help' || arg === '-h')) return false;
  const [command, what] = positionals(args);
  if (command === 'bench') return what === 'studio';
  if (command === 'quickstart') return interactive && !args.includes('--no-open') && !args.includes('--json');
  if (command === 'export') return args.includes('html') || args.includes('--as=html');
  return command === 'serve' || command === 'open' || command === 'start';
}

/**
 * @param {readonly string[]} args
 * @returns {string[]}
 */
function positionals(args) {
  return args.filter((arg, index) => !arg.startsWith('-') && !optionsWithValue.has(args[index - 1] ?? ''));
}
