import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { startServer, type StudioServer } from '../../main/serve/server.ts';
import type { RunChange } from '../../src/contract/runState.ts';
import { storeStudy } from '../../src/host/planStudy.ts';
import { parseStudy } from '../../src/study/parse.ts';
import { presetNamed } from '../../src/study/presets.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { stagedStudy } from '../renderer/stagedData.ts';
import { StagedHost } from '../renderer/stagedHost.ts';
import { faults, violations } from './accessibility.ts';
import { pagesFolder } from './builtPages.ts';
import { launchChromium, skippedBecause } from './chromium.ts';
import { KeyboardUser } from './keyboard.ts';
import { serveStudio, trainingCache, type ServedStudio } from './servedStudio.ts';

const half = stagedStudy({ id: 'half', name: 'Half done', replicates: 5, epochs: 12, finished: 2 });
const planned = stagedStudy({ id: 'planned', name: 'Planned', replicates: 3, epochs: 12, finished: 0 });

/** A run in its middle: some train, one is stopping, one failed, one is of an earlier host. */
const middle: readonly RunChange[] = [
  { type: 'note', message: 'This device repeats itself.' },
  { type: 'started', replicate: 'half/ALGO+IMPL/2', attempt: 1 },
  { type: 'started', replicate: 'half/ALGO/2', attempt: 1 },
  { type: 'epoch', replicate: 'half/ALGO+IMPL/2', epoch: 4, testAccuracy: 0.8123 },
  {
    ...{ type: 'progress', replicate: 'half/ALGO+IMPL/2', epoch: 5, step: 40, stepsPerEpoch: 125 },
    examplesPerSecond: 3100,
  },
  { type: 'stopping', replicate: 'half/ALGO/2' },
  { type: 'adopted', replicate: 'half/CONTROL/3', process: { pid: 2, host: 'here' } },
  { type: 'ended', replicate: 'half/IMPL/2', outcome: 'failed', reason: 'it fell over', retry: false },
];

describe.skipIf(skippedBecause !== null)(`the page of a run in every state ${skippedBecause ?? ''}`, () => {
  let browser: Browser;
  let server: StudioServer;
  let page: Page;
  const host = new StagedHost();
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await startServer({ pagesFolder, port: 0, onConnection: (channel) => host.serve(channel) });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.newLink());
    await page.waitForURL((url) => url.search === '');
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(() => {
    host.studies = [half, planned];
    host.gate = Promise.resolve();
    host.runs.reset();
    host.calls.length = 0;
    complaints.length = 0;
  });

  async function open(address: string): Promise<void> {
    await page.goto('about:blank');
    await page.goto(`http://127.0.0.1:${String(server.port)}/#${address}`);
  }
  const cell = (name: RegExp) => page.getByRole('button', { name });

  const states: { name: string; address: string; stage: () => void; shows: string | RegExp }[] = [
    {
      name: 'a run under way',
      address: '/run?study=half&replicate=half%2FIMPL%2F2',
      stage: () => {
        host.runs.begin(half, 95, middle);
        host.runs.print('half/IMPL/2', 'fell over here\n');
      },
      shows: 'fell over here',
    },
    {
      name: 'a study that never ran, where training lacks a part',
      address: '/run?study=planned',
      stage: () => {
        host.runs.parts = [
          {
            name: 'TensorFlow',
            status: 'missing',
            version: null,
            where: null,
            fix: 'run `npm run quickstart`',
          },
        ];
      },
      shows: 'This machine cannot train yet',
    },
    {
      name: 'a run that is prepared',
      address: '/run?study=half',
      stage: () => host.runs.prepare(half, 'Measuring 2 processes at once'),
      shows: 'Measuring 2 processes at once …',
    },
    {
      name: 'a run that failed',
      address: '/run?study=half',
      stage: () => {
        host.runs.begin(half, 95);
        const error = { code: 'dataset-changed', message: 'The data have changed.', details: {} };
        host.runs.tell('half', { type: 'phase', phase: 'failed', at: new Date().toISOString(), error });
      },
      shows: 'The data have changed.',
    },
    {
      name: 'what other processes run and have left',
      address: '/run?study=half',
      stage: () => (host.runs.elsewhere = { alive: 2, left: 1 }),
      shows: /^Another process runs this study and has 2 replicates in hand/,
    },
    {
      name: 'a study that is being read',
      address: '/run?study=half',
      stage: () => host.hold(),
      shows: '',
    },
    { name: 'no study', address: '/run', stage: () => undefined, shows: 'Choose a study' },
  ];
  for (const { name, address, stage, shows } of states) {
    it(`shows ${name} in both themes, accessibly and without sideways scrolling`, async () => {
      stage();
      await open(address);
      await (shows === '' ? page.getByLabel('Reading the study') : page.getByText(shows).first()).waitFor();
      expect(await faults(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  }

  it('moves by arrows, skips a replicate and takes it back, retries one and asks before it cancels all', async () => {
    host.runs.begin(half, 95, middle);
    await open('/run?study=half');
    await cell(/^ALGO\+IMPL 0: finished/).focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Skip it in this run' }).click();
    await cell(/^ALGO\+IMPL 3: planned/).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await cell(/^ALGO\+IMPL 3: waiting/).waitFor();
    await cell(/^IMPL 2: failed/).click();
    await page.getByRole('button', { name: 'Retry it' }).click();
    await cell(/^IMPL 2: waiting/).waitFor();
    await page.getByRole('button', { name: 'Cancel the run …' }).click();
    await page.getByRole('alertdialog').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Let it run' }).click();
    expect(host.calls.filter((name) => name.startsWith('runs.'))).toEqual([
      'runs.cancelReplicate half/ALGO+IMPL/3',
      'runs.retryReplicate half/ALGO+IMPL/3',
      'runs.retryReplicate half/IMPL/2',
    ]);
    await page.getByRole('button', { name: 'Cancel the run …' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByRole('button', { name: 'Resume 12 replicates' }).waitFor();
    expect(host.calls).toContain('runs.kill');
  });

  it('begins by keyboard, which goes on at the button that takes the place of the one that was pressed', async () => {
    host.runs.whenStarted = () => {
      host.runs.begin(planned, 0);
    };
    await open('/run?study=planned');
    const user = new KeyboardUser(page);
    await user.use(page.getByRole('button', { name: /^Run 12 replicates/ }));
    await user.isAt(page.getByRole('button', { name: 'Pause' }));
    expect(host.calls.filter((name) => name.startsWith('runs.'))).toEqual(['runs.start']);
  });

  describe('the end of a run', () => {
    /** What the page's notifications said, and what the person answers who is asked for them. */
    interface Told extends Window {
      told: { title: string; body: string }[];
    }

    /** Opens a window of somebody who looks elsewhere, whose browser answers so when it is asked. */
    async function openAside(answer: NotificationPermission): Promise<Page> {
      const context = await browser.newContext();
      await context.addInitScript((given) => {
        const told: Told['told'] = [];
        function StandIn(title: string, { body }: { body: string }): void {
          told.push({ title, body });
        }
        StandIn.permission = 'default';
        StandIn.requestPermission = () => Promise.resolve((StandIn.permission = given));
        Object.assign(window, { told, Notification: StandIn });
        document.hasFocus = () => false;
      }, answer);
      const aside = await context.newPage();
      aside.setDefaultTimeout(15_000);
      await aside.goto(server.newLink());
      await aside.waitForURL((url) => url.search === '');
      await aside.goto(`http://127.0.0.1:${String(server.port)}/#/run?study=half`);
      await aside.getByRole('button', { name: 'Tell me when it ends' }).click();
      await aside.getByRole('button', { name: 'You are told when it ends', pressed: true }).waitFor();
      return aside;
    }
    const told = (aside: Page) => aside.evaluate(() => (window as unknown as Told).told);
    const ended = (phase: 'ended' | 'failed'): RunChange => ({
      ...{ type: 'phase', phase, at: new Date().toISOString() },
      error:
        phase === 'ended'
          ? null
          : { code: 'dataset-changed', message: 'The data have changed.', details: {} },
    });

    it('is told by a notification of the desktop, once', async () => {
      host.runs.begin(half, 95, middle);
      const aside = await openAside('granted');
      expect(await told(aside)).toEqual([]);
      host.runs.tell('half', ended('ended'));
      await expect
        .poll(() => told(aside), { timeout: 15_000 })
        .toEqual([{ title: 'Half done: the run has ended.', body: '8 of 20 replicates have finished.' }]);
      expect(await aside.title()).toBe('Run · Half done · Noisefloor');
      await aside.reload();
      await aside.getByRole('button', { name: /^Resume/ }).waitFor();
      expect(await told(aside)).toEqual([]);
      await aside.context().close();
    });

    it('is told in the window and its title where the browser shows no notifications', async () => {
      host.runs.begin(half, 95, middle);
      const aside = await openAside('denied');
      await aside.getByText('This browser shows no notifications of Noisefloor.').waitFor();
      host.runs.tell('half', ended('failed'));
      await aside.getByText('Half done: the run failed. 8 of 20 replicates have finished.').waitFor();
      expect(await told(aside)).toEqual([]);
      expect(await aside.title()).toBe('Half done: the run failed. · Run · Half done · Noisefloor');
      // Whoever comes back has seen it.
      await aside.evaluate(() => window.dispatchEvent(new Event('focus')));
      await expect.poll(() => aside.title()).toBe('Run · Half done · Noisefloor');
      await aside.context().close();
    });

    it('is not told to whoever did not ask', async () => {
      host.runs.begin(half, 95, middle);
      const aside = await openAside('granted');
      await aside.getByRole('button', { name: 'You are told when it ends' }).click();
      host.runs.tell('half', ended('ended'));
      await aside.getByRole('button', { name: /^Resume/ }).waitFor();
      // The list of runs, which tells of ends, is read every three seconds.
      await aside.waitForTimeout(3_500);
      expect(await told(aside)).toEqual([]);
      await aside.context().close();
    });
  });
});

const file = join(temporaryFolder(), 'library.sqlite');

/** Plans two variants with two replicates each of the shipped task; nothing is trained yet. */
async function planStudy(): Promise<string> {
  const library = await openLibrary(file);
  const draft = presetNamed('smallcnn-fashion').study as {
    variants: { name: string }[];
    task: { recipe: object };
  };
  const study = parseStudy({
    ...draft,
    name: 'A real one',
    replicates: 2,
    variants: draft.variants.filter(({ name }) => name === 'ALGO' || name === 'CONTROL'),
    task: { ...draft.task, recipe: { ...draft.task.recipe, epochs: 5 } },
  });
  const { id } = await storeStudy(library, study, null);
  await library.close();
  return id;
}

describe.skipIf(skippedBecause !== null)(`a study that is really trained ${skippedBecause ?? ''}`, () => {
  let studio: ServedStudio;
  let browser: Browser;
  let study: string;
  const parts = trainingCache(dirname(file));
  const serve = () => serveStudio(['--library', file], parts);

  beforeAll(async () => {
    study = await planStudy();
    studio = await serve();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await studio.end();
  });

  it('grows on its page, is paused and resumed, and outlives its host', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(120_000);
    const button = (name: string | RegExp) => page.getByRole('button', { name });
    const begin = async (): Promise<void> => {
      await page.goto(studio.link);
      await page.waitForURL((url) => url.search === '');
      await page.goto(`${studio.origin}/#/run?study=${study}`);
    };

    await begin();
    await button('Run 4 replicates').click();
    await page.getByText('The run is being prepared: nothing is trained yet.').waitFor();
    await page.getByRole('heading', { name: 'Learning curves' }).waitFor();
    await page.getByText(/training at [\d,]+ examples\/s together/).waitFor();
    await button('Pause').click();
    await button(/^Resume \d replicates?$/).waitFor();
    expect(await page.locator('.cell.running').count()).toBe(0);

    // The host ends while it trains; the next one goes on from there.
    await button(/^Resume/).click();
    await page.locator('.cell.running').first().waitFor();
    await studio.end();
    await page.getByText('Not connected to Noisefloor.').waitFor();
    studio = await serve();
    await begin();
    await button(/^Resume/).click();
    await page.getByText('All 4 replicates have finished.').waitFor({ timeout: 300_000 });
    await page
      .getByText(/CONTROL, where nothing varies, came out bit-identical in all 2 replicates/)
      .waitFor();
    await page.getByRole('link', { name: 'Variance' }).click();
    await page
      .getByText(/CONTROL does not move at all/)
      .first()
      .waitFor();
  }, 600_000);
});
