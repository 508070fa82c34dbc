import { describe, expect, it } from 'vitest';
import { NoisefloorError } from '../../src/study/errors.ts';
import { studyNotes } from '../../src/study/description.ts';
import { parseStudy } from '../../src/study/parse.ts';
import { planReplicates } from '../../src/study/plan.ts';
import { fillCommand, programEnvironment, programValues } from '../../src/study/programCommand.ts';
import type { Study } from '../../src/study/study.ts';
import { paperVariants } from '../../src/study/variant.ts';

function studyWith(command: readonly string[], more: object = {}): Study {
  return parseStudy({
    noisefloor: 1,
    name: 'own',
    program: { command, folder: '/work', epochs: 7 },
    variants: paperVariants('device'),
    replicates: 2,
    ...more,
  });
}

function wordsOf(study: Study, variant: string, index = 0): string[] {
  const order = planReplicates(study, 'own', null).find(
    (each) => each.variant.name === variant && each.index === index,
  );
  if (order?.program === undefined) throw new RangeError('The order has a program.');
  return fillCommand(order.program, programValues(order, '/out'));
}

function problemsOf(make: () => Study): string[] {
  try {
    make();
  } catch (error) {
    if (error instanceof NoisefloorError)
      return (error.details['problems'] as { message: string }[]).map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('a study of a program of one’s own', () => {
  it('needs no task, and has one that takes its number of epochs', () => {
    const study = studyWith(['train']);
    expect(study.task.recipe.epochs).toBe(7);
    expect(study.task.dataset.kind).toBe('elsewhere');
    expect(parseStudy(JSON.parse(JSON.stringify(study)))).toEqual(study);
  });

  it('fills in seeds, folder, variant and index: fixed seeds are the same in every replicate', () => {
    const study = studyWith(['train', '--init={seed:init}', '{seed:order}', '{out}', '{variant}/{index}']);
    const [, init, order, out, place] = wordsOf(study, 'ALGO+IMPL', 1);
    const planned = planReplicates(study, 'own', null).find(
      ({ variant, index }) => variant.name === 'ALGO+IMPL' && index === 1,
    );
    expect(init).toBe(`--init=${String(planned?.seeds.initialisation)}`);
    expect([order, out, place]).toEqual([String(planned?.seeds.order), '/out', 'ALGO+IMPL/1']);
    expect(wordsOf(study, 'CONTROL', 0).slice(1, 4)).toEqual(wordsOf(study, 'IMPL', 1).slice(1, 4));
    expect(wordsOf(study, 'ALGO', 0)[2]).not.toBe(wordsOf(study, 'ALGO', 1)[2]);
  });

  it('leaves out a word whose condition does not hold, and keeps braces that are none of ours', () => {
    const study = studyWith(['t', '{deterministic?--det}', '{vary:order?--shuffle}', '{"a":1}', '']);
    expect(wordsOf(study, 'ALGO')).toEqual(['t', '--det', '--shuffle', '{"a":1}', '']);
    expect(wordsOf(study, 'IMPL')).toEqual(['t', '{"a":1}', '']);
  });

  it('tells a program the same by its environment, and threads only where their number varies', () => {
    const study = studyWith(['t'], {
      variants: [...paperVariants('configuration').slice(2), ...paperVariants('device').slice(0, 1)],
    });
    const orders = planReplicates(study, 'own', null);
    const environments = orders.map((order) => programEnvironment(programValues(order, '/out')));
    expect(environments[3]).toMatchObject({
      NOISEFLOOR_VARIANT: 'IMPL',
      NOISEFLOOR_REPLICATE: '1',
      NOISEFLOOR_THREADS: '2',
      OMP_NUM_THREADS: '2',
      NOISEFLOOR_DETERMINISTIC: '0',
      NOISEFLOOR_OUT: '/out',
      NOISEFLOOR_SEED_ORDER: String(orders[3]?.seeds.order),
    });
    expect(environments[1]).toMatchObject({ NOISEFLOOR_DETERMINISTIC: '1' });
    expect(environments[1]).not.toHaveProperty('OMP_NUM_THREADS');
  });

  it('says what the command does not pass on', () => {
    const notes = studyNotes(studyWith(['t', '{seed:init}', '{seed:augmentation}', '{seed:dropout}'])).join(
      ' ',
    );
    expect(notes).toContain('NOISEFLOOR_SEED_ORDER');
    expect(notes).not.toContain('NOISEFLOOR_SEED_DROPOUT');
    expect(notes).toContain('NOISEFLOOR_OUT');
    expect(notes).toContain('NOISEFLOOR_DETERMINISTIC');
  });

  it('refuses placeholders that are none, with what was meant', () => {
    expect(problemsOf(() => studyWith(['t', '{seed:ordr}']))).toEqual([
      expect.stringMatching(/^program\.command\[1\] has \{seed:ordr\}: .*Did you mean "order"/) as string,
    ]);
    expect(problemsOf(() => studyWith(['{output}']))).toEqual([
      expect.stringContaining('program.command[0]') as string,
    ]);
    expect(problemsOf(() => studyWith(['{determinstic?-d}']))).toEqual([
      expect.stringContaining('Did you mean "deterministic"') as string,
    ]);
  });

  it('refuses what cannot be done from outside, a task beside it, and an empty command', () => {
    expect(
      problemsOf(() => studyWith(['t'], { variants: paperVariants('accumulation-order') })),
    ).toHaveLength(2);
    const task = {
      dataset: { kind: 'fashion-mnist-sample' },
      network: { name: 'smallcnn' },
      recipe: { optimizer: { name: 'adam' }, learningRate: { base: 1 }, batchSize: 1, epochs: 1 },
    };
    expect(problemsOf(() => studyWith(['t'], { task }))).toEqual([
      'task is there beside program; a study has one or the other.',
    ]);
    expect(problemsOf(() => studyWith([]))).toEqual([expect.stringContaining('program.command') as string]);
  });
});
