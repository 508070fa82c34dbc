import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareEngineProcess } from '../../../src/host/studio/engineProcess.ts';
import type { EnginePreparer } from '../../../src/host/studio/engineSetup.ts';
import { openTestStudio } from '../../fixtures/host/studio.ts';
import { temporaryFolder } from '../../fixtures/library/library.ts';

const folder = temporaryFolder();
let made = 0;

/** A set-up script that runs this text. */
function script(text: string): EnginePreparer {
  made += 1;
  const file = path.join(folder, `setup-${made}.mjs`);
  writeFileSync(file, text);
  return (onLine, signal) =>
    prepareEngineProcess({ command: process.execPath, args: [file] }, onLine, signal);
}

async function studioWith(prepareEngine: EnginePreparer) {
  const studio = await openTestStudio(path.join(folder, `library-${made}.sqlite`), { prepareEngine });
  return { studio, client: studio.connect().client };
}

async function all<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

const say = (line: string): string => `process.stderr.write(${JSON.stringify(`${line}\n`)});`;
const forever = 'setInterval(() => undefined, 1000);';

describe('setting up what training needs', () => {
  it('tells every line, with its percentage where it has one', async () => {
    const { studio, client } = await studioWith(
      script(
        [
          'set-up: fetching TensorFlow 2.20: 12.0 MB of 274.0 MB, 4 %, 9.1 MB/s',
          'set-up: compiling ... 3 s',
          'set-up: compiling: done in 3.1 s',
        ]
          .map(say)
          .join('\n'),
      ),
    );
    expect(await all(client.setup.prepareEngine(null))).toEqual([
      { line: 'fetching TensorFlow 2.20: 12.0 MB of 274.0 MB, 4 %, 9.1 MB/s', percent: 4 },
      { line: 'compiling ... 3 s', percent: null },
      { line: 'compiling: done in 3.1 s', percent: null },
    ]);
    await studio.close();
  });

  it('says why it failed in the words of the script', async () => {
    const stopped = ['set-up stopped: the disk is full.', '  where:      /cache', '  what to do: free some'];
    const { studio, client } = await studioWith(
      script(`${['set-up: unpacking', ...stopped].map(say).join('\n')} process.exitCode = 1;`),
    );
    await expect(all(client.setup.prepareEngine(null))).rejects.toMatchObject({
      code: 'engine-not-prepared',
      message:
        'TensorFlow could not be set up: set-up stopped: the disk is full. where:      /cache what to do: free some',
    });
    await studio.close();
  });

  it('is ended by whoever leaves, and until then nobody else begins it', async () => {
    const ended = `process.on('SIGTERM', () => { ${say('set-up interrupted')} process.exit(143); });`;
    const { studio, client } = await studioWith(script(`${ended}\n${say('set-up: fetching')}\n${forever}`));
    const events = client.setup.prepareEngine(null);
    expect(await events.next()).toMatchObject({ value: { line: 'fetching' } });
    const other = studio.connect().client;
    await expect(all(other.setup.prepareEngine(null))).rejects.toMatchObject({
      code: 'engine-preparing',
    });
    await events.return?.();
    await expect
      .poll(async () => {
        const again = other.setup.prepareEngine(null);
        const first = await again.next().catch((error: unknown) => error);
        await again.return?.();
        return first;
      })
      .toMatchObject({ value: { line: 'fetching' } });
    await studio.close();
  });

  it('that cannot be started is a failure like others', async () => {
    const { studio, client } = await studioWith((onLine, signal) =>
      prepareEngineProcess({ command: path.join(folder, 'nothing'), args: [] }, onLine, signal),
    );
    await expect(all(client.setup.prepareEngine(null))).rejects.toMatchObject({
      code: 'engine-not-prepared',
    });
    await studio.close();
  });
});
