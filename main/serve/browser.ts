import { spawn } from 'node:child_process';

/** What opens a URL in the person's browser, by platform. */
function opener(url: string): { command: string; args: string[] } {
  switch (process.platform) {
    case 'darwin':
      return { command: 'open', args: [url] };
    case 'win32':
      return { command: 'rundll32', args: ['url.dll,FileProtocolHandler', url] };
    default:
      return { command: 'xdg-open', args: [url] };
  }
}

/**
 * Opens a URL in the person's browser.
 * @returns false where there is none that could be started.
 */
export function openBrowser(url: string): Promise<boolean> {
  const { command, args } = opener(url);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.once('error', () => {
      resolve(false);
    });
    child.once('spawn', () => {
      child.unref();
      // An opener that finds no browser says so at once; one that has started a browser may stay with it.
      const patience = setTimeout(() => {
        resolve(true);
      }, 3000);
      child.once('exit', (code) => {
        clearTimeout(patience);
        resolve(code === 0);
      });
    });
  });
}
