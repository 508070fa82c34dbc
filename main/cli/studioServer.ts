import { fileURLToPath } from 'node:url';
import { serveWindow } from '../../src/host/studio/studioWindow.ts';
import { openBrowser } from '../serve/browser.ts';
import { listPages } from '../serve/pages.ts';
import { startServer, type StudioServer } from '../serve/server.ts';
import { createStudioHost } from '../host/createStudioHost.ts';
import { printNote, printText } from './output.ts';

/** Used where none is named and it is free. */
export const usualPort = 4750;
const pagesFolder = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

/** Shows a person the link of a studio that has begun to serve. */
export type LinkPresenter = (link: string) => void | Promise<void>;

/** @throws NoisefloorError `studio-not-built` where there are no pages to serve. */
export function requirePages(): void {
  listPages(pagesFolder);
}

/**
 * Serves the studio until the person ends it.
 * @param file the library that the person named, or undefined for their own.
 * @param options.port null for the usual one, or any that is free.
 * @param options.data folders that new studies may read data from.
 * @throws NoisefloorError `studio-not-built`, or why the server could not start.
 */
export async function serveStudio(
  file: string | undefined,
  options: { port: number | null; data: readonly string[]; present: LinkPresenter },
): Promise<void> {
  const host = createStudioHost(file ?? null, options.data);
  try {
    // A library that cannot be opened is told here, before there is a link to it.
    await host.start();
    const start = (at: number): Promise<StudioServer> =>
      startServer({
        pagesFolder,
        port: at,
        onConnection: (channel) => {
          serveWindow(host, channel);
        },
        onLinkUsed: (next) => {
          printNote(`For another browser: ${next}`);
        },
      });
    const server = await start(options.port ?? usualPort).catch((error: unknown) => {
      if (options.port !== null) throw error;
      return start(0);
    });
    await options.present(server.newLink());
    await interrupted();
    printNote('Stopping; replicates stop after the step at hand, and finished epochs are kept.');
    await server.close();
  } finally {
    await host.close();
  }
}

/** Opens the link in the browser, or prints it where there is none. */
export async function openLink(link: string): Promise<void> {
  if (await openBrowser(link)) {
    printNote('The studio is open in your browser. Ctrl-C here ends it.');
  } else {
    printNote('No browser could be opened here.');
    printLink(link);
  }
}

/** Prints the link, and how to reach it from another machine. */
export function printLink(link: string): void {
  const { port } = new URL(link);
  printText(`The studio is at ${link}`);
  printNote(
    `The link works once. From another machine: ssh -L ${port}:127.0.0.1:${port} <this machine>; with another local port, put that into the link. Ctrl-C ends the studio.`,
  );
}

/** Settles when the person ends the program; a second time ends it at once. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}
