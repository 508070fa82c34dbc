// A host as `serve` is one, but for the program that its replicates run. Its first argument is a library, which it changes.
import { fileURLToPath } from 'node:url';
import { openLibrary } from '../../../main/library/openLibrary.ts';
import { startServer } from '../../../main/serve/server.ts';
import { serveContract } from '../../../src/contract/responder.ts';
import { studioContract } from '../../../src/contract/studio.ts';
import { openStudio } from '../../../src/host/studio/studio.ts';
import { standInTrial } from '../../fixtures/host/studio.ts';

const library = await openLibrary(process.argv[2] ?? '');
const replicate = fileURLToPath(new URL('./recordingReplicate.ts', import.meta.url));
const studio = await openStudio({
  library,
  processes: { replicate: { command: process.execPath, args: [replicate] }, environmentFor: () => ({}) },
  runTrial: standInTrial,
  dataFolders: [],
  inspectParts: () => Promise.resolve([]),
});
const server = await startServer({
  pagesFolder: fileURLToPath(new URL('../../../dist/renderer', import.meta.url)),
  port: 0,
  onConnection: (channel) => {
    serveContract(studioContract, studio.implementation, channel);
  },
});
process.stdout.write(`The studio is at ${server.newLink()}\n`);
process.once('SIGTERM', () => {
  void server
    .close()
    .then(() => studio.close())
    .then(() => library.close());
});
