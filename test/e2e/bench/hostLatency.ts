import { WebSocket } from 'ws';
import { createClient } from '../../../src/contract/client.ts';
import { protocolName } from '../../../src/contract/frames.ts';
import { connectionPath, socketChannel } from '../../../src/contract/socketChannel.ts';
import { studioContract } from '../../../src/contract/studio.ts';
import { parseStudy } from '../../../src/study/parse.ts';
import { paperVariants } from '../../../src/study/variant.ts';

/** How long a host takes to answer a cheap call, in milliseconds, at rest and while it ingests what replicates record. */
export interface HostLatency {
  readonly resting: readonly number[];
  readonly ingesting: readonly number[];
  /** Epochs that were ingested meanwhile. */
  readonly epochs: number;
}

const calls = 300;
const millisecondsBetween = 20;

/** Opens a host's link as a window does, runs a study there whose replicates only record, and asks again and again. */
export async function hostLatency(link: string, say: (text: string) => void): Promise<HostLatency> {
  const answer = await fetch(link);
  const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
  const { host, origin } = new URL(link);
  const socket = new WebSocket(`ws://${host}${connectionPath}`, protocolName, {
    headers: { cookie, origin },
  });
  const client = createClient(studioContract, socketChannel(socket));
  const ask = async (): Promise<number> => {
    const start = performance.now();
    await client.studies.discarded(null);
    return performance.now() - start;
  };
  const repeatedly = async (): Promise<number[]> => {
    const taken: number[] = [];
    for (let call = 0; call < calls; call += 1) {
      taken.push(await ask());
      await new Promise((resolve) => setTimeout(resolve, millisecondsBetween));
    }
    return taken;
  };
  await ask();
  const resting = await repeatedly();
  say('The host was asked at rest');
  const { study } = await client.planning.create({
    study: parseStudy({
      noisefloor: 1,
      name: 'Recorded while the host is asked',
      task: {
        dataset: { kind: 'fashion-mnist-sample' },
        network: { name: 'smallcnn' },
        recipe: {
          optimizer: { name: 'adam' },
          learningRate: { base: 1e-3 },
          batchSize: 128,
          epochs: 10_000,
        },
      },
      variants: paperVariants('accumulation-order'),
      replicates: 1,
    }),
    preparation: null,
  });
  await client.runs.start({ study, parallel: 2, retryFailed: false, preparation: null });
  const epochs = async (): Promise<number> =>
    (await client.replicates.list({ study })).items.reduce((sum, replicate) => sum + replicate.epochs, 0);
  while ((await epochs()) === 0) await new Promise((resolve) => setTimeout(resolve, 100));
  const before = await epochs();
  const ingesting = await repeatedly();
  const ingested = (await epochs()) - before;
  say(`The host was asked while it ingested ${ingested} epochs`);
  await client.runs.kill({ study });
  socket.close();
  return { resting, ingesting, epochs: ingested };
}
