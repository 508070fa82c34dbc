import { describe, expect, it } from 'vitest';
import { parseStudy, parseStudyText } from '../../src/study/parse.ts';
import { failureOf } from './failure.ts';

const fixed = { initialisation: 'fixed', order: 'fixed', augmentation: 'fixed', dropout: 'fixed' };

/** A small valid study as a file would hold it. */
const study = {
  noisefloor: 1,
  name: 'A study',
  task: {
    dataset: { kind: 'fashion-mnist-sample' },
    network: { name: 'smallcnn' },
    recipe: { optimizer: { name: 'adam' }, learningRate: { base: 1e-3 }, batchSize: 128, epochs: 2 },
  },
  variants: [
    { name: 'A', sources: { ...fixed }, implementation: 'deterministic' },
    { name: 'B', sources: { ...fixed }, implementation: 'device' },
  ],
  replicates: 2,
};

/** The study with values changed, each at a dotted path; undefined takes the key away. */
function spoilt(changes: Readonly<Record<string, unknown>>): unknown {
  const copy = structuredClone(study) as unknown;
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let parent = copy as Record<string, unknown>;
    for (const key of keys) parent = parent[key] as Record<string, unknown>;
    parent[last] = value;
    if (value === undefined) Reflect.deleteProperty(parent, last);
  }
  return copy;
}

const messageOf = (value: unknown): string => failureOf(() => parseStudy(value, 's.json')).message;

describe('parseStudy', () => {
  it('fills in the defaults', () => {
    const parsed = parseStudy(study);
    expect(parsed.seed).toBe(0);
    expect(parsed.execution).toEqual({ device: 'cpu', precision: 'float32', threads: 1, oneDnn: true });
    expect(parsed.record).toEqual({ predictions: 'every', logits: false, checkpoints: 'last' });
    expect(parsed.task.recipe.shuffle).toEqual({ kind: 'full' });
    expect(parsed.task.recipe.optimizer).toEqual({ name: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
  });

  it.each(['epochs', 'batchSize'])('refuses %s of 0, negative, fractional, not a number or absurd', (key) => {
    const highest = key === 'epochs' ? 100000 : 65536;
    for (const value of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e9, '4', null]) {
      const bad = spoilt({ [`task.recipe.${key}`]: value });
      const shown = typeof value === 'string' ? '"4"' : String(value);
      expect(messageOf(bad)).toBe(
        `s.json is not valid. task.recipe.${key} is ${shown}; expected a whole number from 1 to ${String(highest)}.`,
      );
    }
  });

  it('refuses replicates of 0, negative, fractional, not a number or absurd', () => {
    for (const replicates of [0, -3, 2.5, Number.NaN, 10_001]) {
      expect(messageOf({ ...study, replicates })).toBe(
        `s.json is not valid. replicates is ${String(replicates)}; expected a whole number from 1 to 10000.`,
      );
    }
  });

  it('names the nearest allowed value', () => {
    const bad = spoilt({ 'variants.1.sources.order': 'vari' });
    const error = failureOf(() => parseStudy(bad, 's.json'));
    expect(error.code).toBe('invalid-study');
    expect(error.message).toBe(
      's.json is not valid. variants[1].sources.order is "vari"; expected fixed or vary. Did you mean "vary"?',
    );
    expect(error.details.problems).toEqual([
      { path: 'variants[1].sources.order', message: expect.any(String) as string, nearest: ['vary'] },
    ]);
  });

  it('names the nearest key and the known ones', () => {
    expect(messageOf(spoilt({ 'task.recipe.batchsize': 3 }))).toBe(
      's.json is not valid. task.recipe.batchsize is not a known key. Did you mean "batchSize"? Known: optimizer, learningRate, batchSize, epochs, shuffle, lastBatch, augmentation, scaling, weightDecay, labelSmoothing, gradientClipping, gradientAccumulation.',
    );
  });

  it.each([
    {
      what: 'an unknown kind of data',
      changes: { 'task.dataset.kind': 'image-folders' },
      message:
        'task.dataset.kind is "image-folders"; expected fashion-mnist-sample, idx, image-folder, imagenet, celeba, cifar-10, cifar-100, npz, generated or elsewhere. Did you mean "image-folder"?',
    },
    {
      what: 'a key of another kind',
      changes: { 'task.dataset.path': '/data' },
      message: 'task.dataset.path is not a known key. Known: kind.',
    },
    {
      what: 'a misspelt network',
      changes: { 'task.network.name': 'resnet-50' },
      message:
        'task.network.name is "resnet-50"; expected smallcnn, mediumcnn, resnet18, resnet50, resnet152, vgg16, vgg19, densenet121, densenet201, inceptionv3, xception, mobilenet, efficientnetb0 or keras-file. Did you mean "resnet50", "resnet152" or "resnet18"?',
    },
    {
      what: 'a kernel that MediumCNN does not come in',
      changes: { 'task.network': { name: 'mediumcnn', kernel: 4 } },
      message: 'task.network.kernel is 4; expected 1, 3, 5 or 7.',
    },
    {
      what: 'a missing network',
      changes: { 'task.network': undefined },
      message:
        'task.network is missing; expected an object whose name is smallcnn, mediumcnn, resnet18, resnet50, resnet152, vgg16, vgg19, densenet121, densenet201, inceptionv3, xception, mobilenet, efficientnetb0 or keras-file.',
    },
    {
      what: 'a learning rate of 0',
      changes: { 'task.recipe.learningRate.base': 0 },
      message: 'task.recipe.learningRate.base is 0; expected a number above 0 and up to 1000000.',
    },
    {
      what: 'a bad item of a list that could also be a word',
      changes: { record: { checkpoints: [9, -1] } },
      message: 'record.checkpoints[1] is -1; expected a whole number from 0 to 99999.',
    },
    {
      what: 'a word that could also be a list',
      changes: { record: { predictions: 'evry' } },
      message:
        'record.predictions is "evry"; expected every, last or a list of at most 100000 items, each a whole number from 0 to 99999.',
    },
    {
      what: 'an unknown device',
      changes: { execution: { device: 'tpu' } },
      message: 'execution.device is "tpu"; expected cpu, gpu or gpu:<number>.',
    },
    {
      what: 'an empty list of variants',
      changes: { variants: [] },
      message: 'variants is []; expected a list of 1 to 64 items.',
    },
    {
      what: 'a file of another version',
      changes: { noisefloor: 2 },
      message: 'noisefloor is 2; expected 1.',
    },
  ])('explains $what', ({ changes, message }) => {
    expect(messageOf(spoilt(changes))).toBe(`s.json is not valid. ${message}`);
  });

  it('lists every problem, and counts those that do not fit', () => {
    const bad = spoilt(
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`key${String(index)}`, index])),
    );
    const lines = messageOf(bad).split('\n');
    expect(lines[0]).toBe('s.json is not valid; 20 values are wrong:');
    expect(lines).toHaveLength(14);
    expect(lines.at(-1)).toBe('  and 8 more.');
  });

  it('refuses variants whose names differ in case only', () => {
    const bad = spoilt({ 'variants.1.name': 'a' });
    expect(messageOf(bad)).toContain('variants[1].name is "a", the same name as that of variants[0]');
  });

  it('refuses an augmentation that is there twice', () => {
    const augmentation = [{ kind: 'flip' }, { kind: 'pad-crop', padding: 4 }, { kind: 'flip' }];
    expect(messageOf(spoilt({ 'task.recipe.augmentation': augmentation }))).toContain(
      'task.recipe.augmentation[2].kind is "flip", as that of augmentation[0]',
    );
  });

  it.each([
    [
      'a momentum of 1.5',
      { optimizer: { name: 'sgd', momentum: 1.5 } },
      'task.recipe.optimizer.momentum is 1.5; expected a number from 0 and below 1.',
    ],
    [
      "Nesterov's look ahead without momentum",
      { optimizer: { name: 'sgd', nesterov: true } },
      'task.recipe.optimizer.nesterov is true; expected false, because task.recipe.optimizer.momentum is 0.',
    ],
    [
      'another optimiser',
      { optimizer: { name: 'adamw' } },
      'task.recipe.optimizer.name is "adamw"; expected adam or sgd. Did you mean "adam"?',
    ],
    [
      'micro-batches that do not divide the batch',
      { gradientAccumulation: 5 },
      'task.recipe.gradientAccumulation is 5; expected a number that divides the batch size 128: 2, 4, 8, 16, 32, 64 or 128.',
    ],
    [
      'a warm-up as long as training',
      { epochs: 5, learningRate: { base: 1, warmUp: { unit: 'epochs', length: 5 } } },
      'task.recipe.learningRate.warmUp.length is 5; expected a whole number from 1 to 4, because training has 5 epochs.',
    ],
    [
      'a warm-up from above',
      { epochs: 5, learningRate: { base: 1, warmUp: { unit: 'epochs', length: 2, from: 3 } } },
      'task.recipe.learningRate.warmUp.from is 3; expected a number from 0 to the base rate 1.',
    ],
    [
      'steps beside a decay',
      { learningRate: { base: 1, steps: [{ fromEpoch: 1, factor: 0.1 }], decay: { kind: 'cosine' } } },
      'task.recipe.learningRate.steps has a step; expected none, because task.recipe.learningRate.decay says how the rate falls.',
    ],
    [
      'all of the label smoothed away',
      { labelSmoothing: 1 },
      'task.recipe.labelSmoothing is 1; expected a number from 0 and below 1.',
    ],
    [
      'a limit of 0',
      { gradientClipping: { kind: 'norm', limit: 0 } },
      'task.recipe.gradientClipping.limit is 0; expected a number above 0 and up to 1000000.',
    ],
  ])('refuses %s', (_, recipe, message) => {
    const changed = { ...study.task.recipe, ...recipe };
    expect(messageOf(spoilt({ 'task.recipe': changed }))).toBe(`s.json is not valid. ${message}`);
  });

  it('says of an older study what it said before there were these choices', () => {
    const { recipe } = parseStudy(study).task;
    expect(Object.keys(recipe).sort()).toEqual(
      ['augmentation', 'batchSize', 'epochs', 'learningRate', 'optimizer', 'scaling', 'shuffle'].sort(),
    );
    expect(recipe.learningRate).toEqual({ base: 1e-3, steps: [] });
  });

  it('refuses more thread counts than a replicate can have', () => {
    const withReplicates = (replicates: number): unknown =>
      spoilt({ 'variants.0.implementation': 'configuration', replicates });
    expect(messageOf(withReplicates(257))).toContain(
      'replicates is 257; expected a whole number from 1 to 256',
    );
    expect(parseStudy(withReplicates(256)).replicates).toBe(256);
  });

  it.each([[null], [[]], ['text'], [3], [undefined]])('refuses %j as a whole', (value) => {
    expect(messageOf(value)).toMatch(
      /^s\.json is not valid\. The study is .*expected an object with the keys/,
    );
  });

  it('refuses keys that would reach into objects', () => {
    const bad: unknown = JSON.parse(JSON.stringify(study).replace('{', '{"__proto__": {"seed": 3},'));
    expect(messageOf(bad)).toContain('__proto__ is not a known key');
  });
});

describe('parseStudyText', () => {
  it('reads a study, with a byte order mark and the key that editors use', () => {
    const text = `\uFEFF${JSON.stringify({ $schema: 'x.json', ...study })}`;
    expect(parseStudyText(text, 's.json')).toEqual(parseStudy(study));
  });

  it('tells the line and column of what is not JSON', () => {
    const error = failureOf(() => parseStudyText('{\n  "name": "x",\n  oops\n}', 's.json'));
    expect(error.code).toBe('invalid-study');
    expect(error.message).toBe(
      's.json is not JSON: expected a key in double quotes, found "o" (line 3, column 3).',
    );
    expect(error.details).toEqual({ file: 's.json', line: 3, column: 3 });
  });
});
