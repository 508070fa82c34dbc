/**
 * What set-up says to a person. Everything goes to stderr: stdout belongs to the command that set-up makes way for.
 */

/** A reason why set-up cannot go on, in the three parts a person needs. */
export class SetupError extends Error {
  /**
   * @param {string} what what happened, one sentence without a full stop
   * @param {{ where: string, fix: string, detail?: string, cause?: unknown }} parts place, what to do, and the tool's own last words
   */
  constructor(what, parts) {
    super(what, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'SetupError';
    this.where = parts.where;
    this.fix = parts.fix;
    this.detail = parts.detail ?? '';
  }
}

/**
 * One line about what is being done.
 * @param {string} line
 * @returns {void}
 */
export function say(line) {
  process.stderr.write(`set-up: ${line}\n`);
}

/**
 * The message of an error that ended set-up, ready to print.
 * @param {unknown} error
 * @returns {string}
 */
export function explain(error) {
  if (error instanceof SetupError) {
    const detail =
      error.detail === '' ? '' : `  it said:    ${error.detail.split('\n').join('\n              ')}\n`;
    return `set-up stopped: ${error.message}.\n  where:      ${error.where}\n${detail}  what to do: ${error.fix}\n`;
  }
  const known = explainSystemFault(error);
  return known === null ? `set-up stopped: ${describe(error)}\n` : explain(known);
}

/**
 * A fault of the file system in the words of a person, or null for any other error.
 * @param {unknown} error
 * @returns {SetupError | null}
 */
export function explainSystemFault(error) {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const where = 'path' in error && typeof error.path === 'string' ? error.path : error.message;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') return diskFull(where, error);
  if (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS') {
    return new SetupError('a file or folder cannot be written', {
      where,
      fix: 'make it writable for you, or set NOISEFLOOR_CACHE to a folder that is; then run the same command again',
      cause: error,
    });
  }
  return null;
}

/**
 * @param {string} where
 * @param {unknown} [cause]
 * @returns {SetupError}
 */
export function diskFull(where, cause) {
  return new SetupError('the disk is full', {
    where,
    fix: 'free some space there, or set NOISEFLOOR_CACHE to a folder on another disk; then run the same command again',
    cause,
  });
}

/**
 * The last lines of a tool's output, where it usually says why it failed.
 * @param {string} output
 * @param {number} [lines]
 * @returns {string}
 */
export function lastLines(output, lines = 6) {
  return output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-lines)
    .join('\n');
}

/**
 * @param {number} bytes
 * @returns {string} such as "274.0 MB"; decimal units, as disks and downloads are sold
 */
export function readableBytes(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`;
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e3).toFixed(1)} kB`;
}

/**
 * @param {unknown} error
 * @returns {string}
 */
function describe(error) {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
