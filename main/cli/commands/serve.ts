import { Option, type Command } from 'commander';
import { NoisefloorError } from '../../../src/study/errors.ts';
import { collect, libraryOption, wholeNumber } from '../options.ts';
import {
  openLink,
  printLink,
  requirePages,
  serveStudio,
  usualPort,
  type LinkPresenter,
} from '../studioServer.ts';

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
        new Option(
          '--data <folder>',
          'a folder that new studies may read data from, and libraries may be opened from; may be repeated',
        )
          .argParser(collect)
          .default([], 'none'),
      )
      .addOption(libraryOption());
  describe('serve', 'serve the studio to a browser on this machine, or through ssh -L from another').action(
    (options: ServeOptions) => serve(options, printLink),
  );
  describe('open', 'open the studio in the browser').action((options: ServeOptions) =>
    serve(options, openLink),
  );
}

async function serve(options: ServeOptions, present: LinkPresenter): Promise<void> {
  const port = parsePort(options.port);
  // Before the library is opened: without pages there is nothing to serve.
  requirePages();
  await serveStudio(options.library, { port, data: options.data, present });
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
