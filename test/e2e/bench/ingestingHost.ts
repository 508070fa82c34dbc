// A host as `serve` is one, but for the program that its replicates run. Its first argument is a library, which it changes.
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { openLibrary } from '../../../main/library/openLibrary.ts';
import { startServer } from '../../../main/serve/server.ts';
import { KnownDatasets } from '../../../src/host/datasets/knownDatasets.ts';
import { StudioHost } from '../../../src/host/studio/studioHost.ts';
import { serveWindow } from '../../../src/host/studio/studioWindow.ts';
import { standInTrial } from '../../fixtures/host/studio.ts';

const replicate = fileURLToPath(new URL('./recordingReplicate.ts', import.meta.url));
const host = new StudioHost({
  openLibrary,
  own: process.argv[2] ?? '',
  ownIsNamed: true,
  sample: null,
  recent: null,
  processes: { replicate: { command: process.execPath, args: [replicate] }, environmentFor: () => ({}) },
  runTrial: standInTrial,
  dataFolders: [],
  knownDatasets: new KnownDatasets(tmpdir()),
  inspectParts: () => Promise.resolve([]),
  prepareEngine: () => Promise.resolve(),
});
const server = await startServer({
  pagesFolder: fileURLToPath(new URL('../../../dist/renderer', import.meta.url)),
  port: 0,
  onConnection: (channel) => {
    serveWindow(host, channel);
  },
});
process.stdout.write(`The studio is at ${server.newLink()}\n`);
process.once('SIGTERM', () => {
  void server.close().then(() => host.close());
});
