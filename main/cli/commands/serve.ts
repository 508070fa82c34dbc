import { fileURLToPath } from 'node:url';
import { Option, type Command } from 'commander';
import { serveContract } from '../../../src/contract/responder.ts';
import { studioContract } from '../../../src/contract/studio.ts';
import { openStudio } from '../../../src/host/studio/studio.ts';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { openBrowser } from '../../serve/browser.ts';
import { listPages } from '../../serve/pages.ts';
import { startServer, type StudioServer } from '../../serve/server.ts';
import { inspectParts } from '../../setup/parts.js';
import { collect, libraryOption, wholeNumber } from '../options.ts';
import { printNote, printText } from '../output.ts';
import { runTrial, studyProcesses } from '../processes.ts';
import { withLibrary } from '../withLibrary.ts';

/** Used where none is named and it is free. */
const usualPort = 4750;
const pagesFolder = fileURLToPath(new URL('../../../dist/renderer', import.meta.url));

interface ServeOptions {
  port?: string;
  data: string[];
  library?: string;
}

/** `serve`: the studio for a browser; `open`: the same, and opens the browser. */
export function registerServe(program: Command): void {
  const describe = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .option('--port <n>', `port on this machine (default: ${usualPort}, or any that is free)`)
      .addOption(
        new Option('--data <folder>', 'a folder that new studies may read data from; may be repeated')
          .argParser(collect)
          .default([], 'none'),
      )
      .addOption(libraryOption());
  describe('serve', 'serve the studio to a browser on this machine, or through ssh -L from another').action(
    (options: ServeOptions) => serve(options, printLink),
  );
  describe('open', 'open the studio in the browser').action((options: ServeOptions) =>
    serve(options, async (link) => {
      if (!(await openBrowser(link))) {
        printNote('No browser could be opened here.');
        printLink(link);
      }
    }),
  );
}

function printLink(link: string): void {
  const { port } = new URL(link);
  printText(`The studio is at ${link}`);
  printNote(
    `The link works once. From another machine: ssh -L ${port}:127.0.0.1:${port} <this machine>; with another local port, put that into the link. Ctrl-C ends the studio.`,
  );
}

async function serve(options: ServeOptions, present: (link: string) => void | Promise<void>): Promise<void> {
  const port = parsePort(options.port);
  // Before the library is opened: without pages there is nothing to serve.
  listPages(pagesFolder);
  await withLibrary(options.library, async (library) => {
    const studio = await openStudio({
      library,
      processes: studyProcesses,
      runTrial,
      dataFolders: options.data,
      inspectParts,
    });
    try {
      const start = (at: number): Promise<StudioServer> =>
        startServer({
          pagesFolder,
          port: at,
          onConnection: (channel) => {
            serveContract(studioContract, studio.implementation, channel);
          },
          onLinkUsed: (next) => {
            printNote(`For another browser: ${next}`);
          },
        });
      const server = await start(port ?? usualPort).catch((error: unknown) => {
        if (port !== null) throw error;
        return start(0);
      });
      await present(server.newLink());
      await interrupted();
      printNote('Stopping; replicates stop after the step at hand, and finished epochs are kept.');
      await server.close();
    } finally {
      await studio.close();
    }
  });
}

/** @throws NoisefloorError `invalid-port`. */
function parsePort(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = wholeNumber(text);
  if (!(port >= 0 && port <= 65_535)) {
    throw new NoisefloorError('invalid-port', `--port is "${text}"; it takes a number from 0 to 65535.`);
  }
  return port;
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
