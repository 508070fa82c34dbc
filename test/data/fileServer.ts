import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { PublishedFile } from '../../src/data/publicDatasets.ts';

/** How a server treats a request. */
export interface Behaviour {
  /** Breaks the connection after so many bytes. */
  breaksAfter?: number;
  knowsRanges?: boolean;
  status?: number;
  /** What is sent instead. */
  content?: Uint8Array;
}

/** A server of one file on this machine, on a free port, ended with the test. */
export async function serveFile(
  content: Uint8Array,
): Promise<{ published: PublishedFile; behave: (next: Behaviour) => void; ranges: (string | undefined)[] }> {
  let behaviour: Behaviour = {};
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const { breaksAfter, knowsRanges = true, status = 200, content: sent = content } = behaviour;
    const { range } = request.headers;
    ranges.push(range);
    const from = knowsRanges && range !== undefined ? Number(/bytes=(\d+)-/.exec(range)?.[1] ?? 0) : 0;
    const rest = sent.subarray(from);
    response.writeHead(status === 200 && from > 0 ? 206 : status, { 'content-length': rest.length });
    if (breaksAfter === undefined) {
      response.end(rest);
      return;
    }
    response.write(rest.subarray(0, breaksAfter), () => {
      setTimeout(() => response.destroy(), 50);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    published: {
      ...{ name: 'file.bin', url: `http://127.0.0.1:${port}/file.bin`, bytes: content.length },
      sha256: createHash('sha256').update(content).digest('hex'),
    },
    behave: (next) => {
      behaviour = next;
    },
    ranges,
  };
}
