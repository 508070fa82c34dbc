import path from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HostConnection } from '../../main/electron/hostConnection.ts';
import { createClient } from '../../src/contract/client.ts';
import { portChannel } from '../../src/contract/portChannel.ts';
import { studioContract } from '../../src/contract/studio.ts';
import { Library } from '../../src/library/library.ts';
import { buildStudy, storeStudy, temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
const own = path.join(folder, 'mine', 'own.sqlite');
const elsewhere = path.join(folder, 'elsewhere', 'chosen.noisefloor');
let host: HostConnection;

/** A window's end, connected as Electron's main process connects it. */
function connect() {
  const { port1: window, port2: main } = new MessageChannel();
  host.connect(main);
  const channel = portChannel(window);
  return { client: createClient(studioContract, channel), channel };
}

beforeAll(() => {
  for (const [file, id] of [
    [own, 'own-1'],
    [elsewhere, 'chosen-1'],
  ] as const) {
    const library = Library.open(file);
    storeStudy(library, id, buildStudy());
    library.close();
  }
  host = new HostConnection({
    node: process.execPath,
    script: path.join(import.meta.dirname, '..', '..', 'main', 'electron', 'hostProcess.ts'),
    args: ['--library', own],
    environment: { ...process.env, XDG_DATA_HOME: path.join(folder, 'data') },
  });
});
afterAll(() => host.close());

it('windows talk to a host in a process of its own, each by a port', async () => {
  const [one, two] = [connect(), connect()];
  const both = await Promise.all([one.client.studies.list(null), two.client.studies.list(null)]);
  expect(both.map(({ items }) => items.map(({ id }) => id))).toEqual([['own-1'], ['own-1']]);
  one.channel.close();
  await expect(one.client.studies.list(null)).rejects.toMatchObject({ code: 'connection-lost' });
  expect((await two.client.studies.list(null)).items).toHaveLength(1);
  two.channel.close();
});

it('a library elsewhere is opened only when the person chose it in a dialog', async () => {
  const { client, channel } = connect();
  const open = () => client.setup.openLibrary({ path: elsewhere, create: false });
  await expect(open()).rejects.toMatchObject({ code: 'path-not-chosen' });
  host.choose(elsewhere);
  await open();
  expect((await client.studies.list(null)).items.map(({ id }) => id)).toEqual(['chosen-1']);
  channel.close();
});

it('a port that says something else than bytes is closed', async () => {
  const { port1: window, port2: main } = new MessageChannel();
  host.connect(main);
  const closed = new Promise((resolve) => window.on('close', resolve));
  window.postMessage('nonsense');
  await closed;
});

it('ends with its program, and windows are told', async () => {
  const { client, channel } = connect();
  await client.studies.list(null);
  const lost = new Promise<void>((resolve) => {
    channel.onClose(resolve);
  });
  await host.close();
  expect(await host.ended).toBe(0);
  await lost;
});
