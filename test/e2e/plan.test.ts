import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type StudioServer } from '../../main/serve/server.ts';
import { Library } from '../../src/library/library.ts';
import { modelFile } from '../fixtures/kerasFiles/kerasFiles.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';
import { StagedHost } from '../renderer/stagedHost.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { faults, violations } from './accessibility.ts';
import { pagesFolder } from './builtPages.ts';
import { launchChromium, skippedBecause } from './chromium.ts';
import { serveStudio, trainingCache, type ServedStudio } from './servedStudio.ts';

const folder = temporaryFolder();
const file = join(folder, 'library.sqlite');
const data = join(folder, 'data');
const steps = ['task', 'data', 'recipe', 'noise', 'replicates', 'compute', 'review'] as const;

/** A busy machine takes its time. */
const until = <Value>(read: () => Promise<Value>) => expect.poll(read, { timeout: 15_000 });

describe.skipIf(skippedBecause !== null)(`planning a study in a browser ${skippedBecause ?? ''}`, () => {
  let studio: ServedStudio;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  const parts = trainingCache(folder);
  const serve = () => serveStudio(['--library', file, '--data', data], parts);

  beforeAll(async () => {
    mkdirSync(join(data, 'broken', 'cats'), { recursive: true });
    mkdirSync(join(data, 'broken', 'dogs'));
    for (let index = 0; index < 10; index++) {
      for (const name of ['cats', 'dogs']) {
        writeFileSync(join(data, 'broken', name, `${index}.png`), 'not an image');
      }
    }
    for (const name of ['refused.json', 'sequential.keras']) {
      copyFileSync(modelFile(name), join(data, name));
    }
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    studio = await serve();
    await page.goto(studio.link);
    await heading('Plan a study').waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await studio.end();
  });

  const heading = (name: string) => page.getByRole('heading', { name, exact: true });
  const step = (name: string | RegExp) =>
    page.getByRole('navigation', { name: 'Steps of the plan' }).getByRole('button', { name });
  const field = (label: string) => page.getByLabel(label, { exact: true });
  const kept = () => page.getByText('Kept in the library', { exact: true });

  /** Opens a step of a plan that is there or begins. */
  async function open(address: string): Promise<void> {
    const { origin } = new URL(page.url());
    await page.goto('about:blank');
    await page.goto(`${origin}/#${address}`);
  }

  /** What the library holds, as another process reads it. */
  function stored<Result>(read: (library: Library) => Result): Result {
    const library = Library.open(file);
    try {
      return read(library);
    } finally {
      library.close();
    }
  }

  it('goes from a preset to a stored plan by mouse, and back and forth loses nothing', async () => {
    await page.getByRole('button', { name: 'Plan a study' }).click();
    await heading('Task').waitFor();
    await page.getByLabel(/^SmallCNN on shipped Fashion-MNIST/).click();
    await field('Name of the study').fill('By mouse');
    await page.getByRole('button', { name: 'Data set' }).last().click();
    await heading('Fashion-MNIST sample: 10,000 examples found').waitFor();
    await until(() => page.getByRole('img', { name: /^Sneaker, training example \d+$/ }).count()).toBe(10);
    await step('Network and recipe').click();
    await page.getByText('15,434 parameters').waitFor();
    await field('Epochs').fill('2');
    await field('Network').selectOption('ResNet18');
    await page.getByText('11,182,410 parameters, 9,600 of them moving batch statistics').waitFor();
    await field('Network').selectOption('SmallCNN');
    await step('Noise sources').click();
    await page.getByText('has no effect here. The recipe has no augmentation').waitFor();
    await page.getByRole('switch', { name: 'Order varies in ALGO', exact: true }).click();
    await page.getByRole('button', { name: 'Add a variant' }).click();
    await field('Name of variant 5').fill('SEEDS');
    await page.getByRole('button', { name: 'Remove IMPL' }).click();
    await step('Replicates').click();
    await page.getByRole('button', { name: '2', exact: true }).click();
    await page.getByText('4 variants × 2 = 8 training runs').waitFor();
    await step('Task').click();
    await page.getByText('1 value of the task changed from the preset').waitFor();
    await step('Noise sources').click();
    expect(await field('Name of variant 4').inputValue()).toBe('SEEDS');
    const order = page.getByRole('switch', { name: 'Order varies in ALGO', exact: true });
    expect(await order.getAttribute('aria-checked')).toBe('false');
    await step('Review').click();
    await page.getByText('Run 8 replicates').waitFor();
    await page.getByRole('button', { name: 'Save the plan without running' }).click();
    await page.getByText('Planned By mouse; nothing has run yet.').waitFor();
    const [planned] = stored((library) => library.listStudies());
    expect(planned).toMatchObject({ name: 'By mouse', preset: 'smallcnn-fashion', replicates: 8 });
    expect(stored((library) => library.study(planned!.id).study)).toMatchObject({
      task: { recipe: { epochs: 2 }, network: { name: 'smallcnn' } },
      variants: [
        { name: 'ALGO+IMPL' },
        { name: 'ALGO', sources: { order: 'fixed' } },
        { name: 'CONTROL' },
        { name: 'SEEDS', implementation: 'deterministic' },
      ],
    });
    expect(stored((library) => library.listDrafts())).toEqual([]);
    expect(complaints).toEqual([]);
  });

  /** Moves the focus on by the keyboard until it is where it should be. */
  async function tabTo(wanted: Locator): Promise<void> {
    await wanted.waitFor();
    const isThere = (): Promise<boolean> =>
      wanted.evaluate((element) => element === element.ownerDocument.activeElement);
    for (let press = 0; press < 40 && !(await isThere()); press++) await page.keyboard.press('Tab');
    expect(await isThere()).toBe(true);
  }

  it('is done wholly by keyboard, and begins from a study that is there', async () => {
    await page.keyboard.press('1');
    await page.getByRole('button', { name: 'By mouse', exact: true }).waitFor();
    await page.keyboard.press('n');
    await heading('Task').waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').getAttribute('type')).toBe('text');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('By keyboard');
    for (const title of ['Data set', 'Network and recipe']) {
      await page.keyboard.press('Control+Enter');
      await heading(title).waitFor();
    }
    await page.keyboard.press('Control+Shift+Enter');
    await heading('Data set').waitFor();
    for (const title of ['Network and recipe', 'Noise sources', 'Replicates']) {
      await page.keyboard.press('Control+Enter');
      await heading(title).waitFor();
    }
    await tabTo(field('Replicates of each variant'));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('7');
    await page.getByText('4 variants × 7 = 28 training runs').waitFor();
    for (const title of ['Compute', 'Review']) {
      await page.keyboard.press('Control+Enter');
      await heading(title).waitFor();
    }
    await page.getByText('Run 28 replicates').waitFor();
    await tabTo(page.getByRole('button', { name: 'Save the plan without running' }));
    await page.keyboard.press('Enter');
    await page.getByText('Planned By keyboard; nothing has run yet.').waitFor();
    expect(stored((library) => library.listStudies())[0]).toMatchObject({
      name: 'By keyboard',
      replicates: 28,
    });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('plan a variation of by');
    await page.getByRole('option', { name: /^Plan a variation of By keyboard/ }).waitFor();
    await page.keyboard.press('Enter');
    await until(() => field('Name of the study').inputValue()).toBe('By keyboard (variation)');
  });

  it('explains each value that is wrong at its field, and where the step is', async () => {
    await open('/plan?draft=wrong&step=recipe');
    await field('Epochs').fill('0');
    await page.getByText('Is 0; expected a whole number from 1 to 100000.').waitFor();
    await step(/^Network and recipe.*has a problem$/).waitFor();
    await field('Batch size').fill('many');
    await page.getByText(/^Is "many"; expected a whole number/).waitFor();
    await step('Noise sources').click();
    await field('Device').fill('gpux');
    await page.getByText(/cpu, gpu or gpu:<number>/).waitFor();
    await field('Name of variant 2').fill('algo+impl');
    await step('Review').click();
    await page.getByText('3 values have to be put right').waitFor();
    await step('Network and recipe').click();
    await field('Epochs').fill('3');
    await field('Batch size').fill('64');
    await step('Noise sources').click();
    await field('Device').fill('cpu');
    await page.getByText(/the same name as that of variants\[0\]/).waitFor();
    await field('Name of variant 2').fill('ALGO');
    await step('Review').click();
    await page.getByText('Run 12 replicates').waitFor();
  });

  it('plans the recipe of a large network, and says which of its numbers are wrong', async () => {
    await open('/plan?draft=large&step=recipe');
    await page.getByRole('button', { name: 'Gradient descent' }).click();
    await field('Momentum').fill('1.5');
    await page.getByText('Is 1.5; expected a number from 0 and below 1.').waitFor();
    await field('Momentum').fill('0.9');
    for (const part of ['Warm-up', 'Weight decay', 'Label smoothing', 'Gradient accumulation']) {
      await page.getByRole('switch', { name: part, exact: true }).click();
    }
    await field('Length').fill('12');
    await page.getByText('Is 12; expected a whole number from 1 to 11').waitFor();
    await field('Length').fill('2');
    await field('Micro-batches').fill('3');
    await page.getByText(/^Is 3; expected a number that divides the batch size 128/).waitFor();
    await field('Micro-batches').fill('4');
    await page.getByText('4 micro-batches of 32').waitFor();
    await page.getByRole('button', { name: 'Along a cosine' }).click();
    await page
      .getByRole('img', { name: /rises from 0 for 2 epochs, .* falls along half a cosine to 0/ })
      .waitFor();
    expect(await violations(page)).toEqual([]);
    // What is switched off is not in the study.
    await page.getByRole('switch', { name: 'Label smoothing', exact: true }).click();
    await step('Noise sources').click();
    await field('Precision').selectOption('mixed-bfloat16');
    await step('Review').click();
    await page.getByText(/SGD with momentum 0.9 at 0.001, after a warm-up of 2 epochs/).waitFor();
    await page.getByRole('button', { name: 'Save the plan without running' }).click();
    await page.getByText(/^Planned .*; nothing has run yet\.$/).waitFor();
    const [planned] = stored((library) => library.listStudies());
    const { task, execution } = stored((library) => library.study(planned!.id).study);
    expect(execution.precision).toBe('mixed-bfloat16');
    expect(task.recipe).toMatchObject({
      optimizer: { name: 'sgd', momentum: 0.9, nesterov: false },
      learningRate: { warmUp: { unit: 'epochs', length: 2, from: 0 }, decay: { kind: 'cosine', floor: 0 } },
      weightDecay: { kind: 'l2', rate: 1e-4, weights: 'kernels' },
      gradientAccumulation: 4,
    });
    expect(task.recipe).not.toHaveProperty('labelSmoothing');
  });

  it('chooses a folder by browsing, and says which file is at fault', async () => {
    await open('/plan?draft=folder&step=data');
    await page.getByLabel(/^Image folder/).click();
    await page.getByRole('button', { name: 'Choose …' }).click();
    await page.getByRole('button', { name: data }).click();
    await page.getByRole('button', { name: 'broken' }).click();
    await heading('These data cannot be trained on').waitFor();
    await page.getByText(/broken\/cats\/\d\.png is neither a JPEG nor a PNG image/).waitFor();
    await field('Folder').fill('/etc');
    await page.getByText(/--data FOLDER to allow more/).waitFor();
  });

  it('takes a network of a file that Keras saved, and names the layers that cannot be trained', async () => {
    await open('/plan?draft=own&step=recipe');
    await field('Network').selectOption('A Keras file of your own …');
    await page.getByRole('button', { name: 'Choose …' }).click();
    const browser = page.getByRole('region', { name: 'Folders' });
    await browser.getByRole('button', { name: data }).click();
    await browser.getByRole('button', { name: 'refused.json' }).click();
    await page.getByText('refused.json has 8 layers that cannot be trained here:').waitFor();
    await page.getByText('doubling (Lambda) runs code of the file, which is never executed').waitFor();
    await step(/^Network and recipe.*problem/).waitFor();
    expect(await violations(page)).toEqual([]);

    await field('File that Keras saved').fill(join(data, 'sequential.keras'));
    await page.getByText(/^12 layers read, fingerprint [0-9a-f]{8}\./).waitFor();
    await page.getByText('6,002 parameters, 32 of them moving batch statistics').waitFor();
    await page.getByText(/Every kernel of the file has an L2 regulariser of 0\.0001/).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take it over' }).click();
    await page.getByText(/Its L2 regulariser of 0\.0001 is the recipe's weight decay\.$/).waitFor();
    expect(complaints).toEqual([]);
  });

  it('is there again after a reload, and after the host was started anew', async () => {
    await open('/plan?draft=again&step=replicates');
    await field('Replicates of each variant').fill('12x');
    await kept().waitFor();
    await page.reload();
    await until(() => field('Replicates of each variant').inputValue()).toBe('12x');
    await page.getByText(/^Is "12x"; expected a whole number/).waitFor();
    await studio.end();
    studio = await serve();
    await page.goto(studio.link);
    await page.getByRole('button', { name: 'Continue planning quickstart' }).first().waitFor();
    await open('/plan?draft=again&step=replicates');
    await until(() => field('Replicates of each variant').inputValue()).toBe('12x');
  });

  it('measures a few real steps, and they can be given up', async () => {
    await open('/plan?draft=measured&step=compute');
    const measure = page.getByRole('button', { name: 'Measure a few steps' });
    await until(() => measure.isEnabled()).toBe(true);
    await measure.click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await measure.waitFor();
    await until(() => measure.isEnabled()).toBe(true);
    await expect
      .poll(
        async () => {
          // What has been measured is not measured again.
          const found = await page.getByText(/^About .* for 12 replicates/).count();
          if (found > 0) return found;
          if (await measure.isVisible()) await measure.click();
          else
            await page
              .getByRole('button', { name: 'Measure again' })
              .click({ timeout: 500 })
              .catch(() => undefined);
          return page.getByText(/^About .* for 12 replicates/).count();
        },
        { timeout: 180_000, interval: 2_000 },
      )
      .toBe(1);
    await page.getByText(/^This device (repeats|does not repeat) itself/).waitFor();
    await step(/^Compute.*complete$/).waitFor();
    await field('Replicates at once').fill('none');
    await page.getByText('Expected a whole number from 1 to 1,024').waitFor();
  }, 300_000);

  it('shows every step in both themes, accessibly and without sideways scrolling', async () => {
    for (const name of steps) {
      await open(`/plan?draft=seen&step=${name}`);
      await page.locator('#step-title').waitFor();
      await page.waitForFunction(() => document.querySelector('main [aria-label^="Reading"]') === null);
      if (name === 'review') await page.getByText('Run 12 replicates').waitFor();
      expect({ name, found: await faults(page) }).toEqual({ name, found: [] });
    }
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(skippedBecause !== null)(`a plan that a host keeps waiting ${skippedBecause ?? ''}`, () => {
  let browser: Browser;
  let server: StudioServer;
  let page: Page;
  const host = new StagedHost();

  beforeAll(async () => {
    server = await startServer({ pagesFolder, port: 0, onConnection: (channel) => host.serve(channel) });
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    page.setDefaultTimeout(20_000);
    await page.goto(server.newLink());
    await page.waitForURL((url) => url.search === '');
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  async function open(address: string): Promise<void> {
    await page.goto('about:blank');
    await page.goto(`http://127.0.0.1:${String(server.port)}/#${address}`);
  }

  it('is a skeleton, or says why it cannot be read, in both themes', async () => {
    const release = host.hold();
    await open('/plan?draft=slow');
    await page.getByLabel('Reading the plan').waitFor();
    expect(await faults(page)).toEqual([]);
    host.failure = new NoisefloorError('library-damaged', 'Page 12 of the library cannot be read.');
    release();
    await page.getByRole('heading', { name: 'This plan could not be read' }).waitFor();
    expect(await faults(page)).toEqual([]);
    host.failure = null;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Task', exact: true }).waitFor();
  });

  it('offers to set training up where it is not, with progress', async () => {
    let goOn = (): void => undefined;
    host.plans.pause = new Promise((resolve) => (goOn = resolve));
    host.plans.setUpLines = [{ line: 'fetching TensorFlow: 137.0 MB of 274.0 MB, 50 %', percent: 50 }];
    host.plans.parts = [
      { name: 'TensorFlow', status: 'missing', version: null, where: null, fix: 'training installs it' },
    ];
    await open('/plan?draft=bare&step=compute');
    await page.getByText('TensorFlow is missing: training installs it.').waitFor();
    expect(await violations(page)).toEqual([]);
    const setUp = page.getByRole('button', { name: 'Set it up now' });
    // Given up, it is offered again; and so it is where it fails, with the reason.
    await setUp.click();
    await page.getByText('fetching TensorFlow: 137.0 MB of 274.0 MB, 50 %').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await setUp.waitFor();
    goOn();
    host.plans.setUpFailure = new NoisefloorError('setup-failed', 'The disk is full: free 400 MB.');
    await setUp.click();
    await page.getByRole('alert').filter({ hasText: 'The disk is full: free 400 MB.' }).waitFor();
    expect(await page.getByRole('button', { name: 'Measure a few steps' }).isDisabled()).toBe(true);
    host.plans.setUpFailure = null;
    host.plans.pause = new Promise((resolve) => (goOn = resolve));
    await setUp.click();
    await page.getByText('fetching TensorFlow: 137.0 MB of 274.0 MB, 50 %').waitFor();
    expect(await page.getByRole('progressbar', { name: 'Setting up' }).getAttribute('value')).toBe('50');
    expect(await violations(page)).toEqual([]);
    goOn();
    await until(() => page.getByText('Training is not set up').count()).toBe(0);
  });
});
