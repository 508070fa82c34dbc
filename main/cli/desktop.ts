import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packageFolder = path.join(root, 'node_modules', 'electron');
/** Fetching Electron takes a minute on a usual line; one that is refused says so at once. */
const longestMilliseconds = 300_000;

/**
 * Opens the desktop window and waits until it is closed.
 * @param args for the program: `--library`, `--data`.
 * @returns null, or why there can be no window here, as the middle of a sentence.
 */
export async function startDesktop(args: readonly string[]): Promise<string | null> {
  if (!hasDisplay(process.platform, process.env)) return 'there is no display';
  const program = findElectron() ?? ((await fetchElectron()) ? findElectron() : null);
  if (program === null) return 'Electron is not on this machine and could not be fetched';
  if (!(await run([path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build']))) {
    return 'its part of the program could not be built (npm run build:desktop says why)';
  }
  // The host runs on the Node that this command runs on: types are stripped and numbers are made as everywhere else.
  const child = spawn(program, [root, ...args], {
    stdio: 'inherit',
    env: { ...process.env, NOISEFLOOR_NODE: process.execPath },
  });
  try {
    const [code] = (await once(child, 'exit')) as unknown[];
    return code === 0 ? null : `Electron ended with ${String(code)}`;
  } catch (error) {
    return `Electron could not be started (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Whether a window can be shown: on Linux a display has to be named. */
export function hasDisplay(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = environment;
  return platform !== 'linux' || (DISPLAY ?? '') !== '' || (WAYLAND_DISPLAY ?? '') !== '';
}

/** The program that the package has fetched, or null. */
function findElectron(): string | null {
  try {
    const name = readFileSync(path.join(packageFolder, 'path.txt'), 'utf8').trim();
    const program = path.join(packageFolder, 'dist', name);
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

/** Lets the package fetch its program, as it does at its first start. @returns whether it could. */
const fetchElectron = (): Promise<boolean> => run([path.join(packageFolder, 'install.js')]);

/** Runs a tool of the checkout, unheard. @returns whether it did its work. */
async function run(args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'ignore', timeout: longestMilliseconds });
  try {
    const [code] = (await once(child, 'exit')) as unknown[];
    return code === 0;
  } catch {
    return false;
  }
}
