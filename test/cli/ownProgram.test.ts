import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { jsonOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';

const scratch = temporaryFolder();
const examples = path.join(import.meta.dirname, '../../docs/examples/programs');
const library = path.join(scratch, 'library.sqlite');

describe('a study of a program of one’s own, from the command line', () => {
  it('runs, is measured and certified by what it wrote, and can be extended', async () => {
    const command =
      'python3 train.py --seed {seed:init} "--order-seed" {seed:order} {vary:order?} --out {out}';
    const asked = ['--variants', 'ALGO,CONTROL', '--replicates', '2', '--epochs', '5', '--parallel', '2'];
    const ended = await noisefloor(
      ['run', '--program', command, ...asked, '--name', 'circle', '--json', '--library', library],
      { cwd: examples },
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain(`in ${examples}`);
    const { variants } = jsonOf(ended) as { variants: { name: string; churn: { mean: number } }[] };
    expect(variants.map(({ name }) => name)).toEqual(['ALGO', 'CONTROL']);
    // Two replicates with other seeds of the same script, run without the studio.
    const shown = jsonOf(await noisefloor(['show', 'circle', '--json', '--library', library])) as {
      replicates: { variant: string; folder: string; workOrder: { seeds: Record<string, number> } }[];
    };
    const predictions = shown.replicates
      .filter(({ variant }) => variant === 'ALGO')
      .map(({ workOrder: { seeds } }, index) => {
        const out = path.join(scratch, `by-hand-${index}`);
        const script =
          `import os, runpy, sys; os.makedirs(sys.argv[1]); sys.argv = ['train.py', '--seed', '${seeds['initialisation']}', ` +
          `'--order-seed', '${seeds['order']}', '--out', sys.argv[1]]; runpy.run_path('train.py'); ` +
          `print(open(os.path.join(sys.argv[-1], 'predictions.txt')).read())`;
        const printed = execFileSync('python3', ['-c', script, out], { cwd: examples, encoding: 'utf8' });
        return printed.trim().split('\n');
      });
    const [one = [], other = []] = predictions;
    const apart = one.filter((predicted, example) => predicted !== other[example]).length / one.length;
    expect(one).toHaveLength(200);
    expect(variants.map(({ churn }) => churn.mean)).toEqual([apart, 0]);
  });

  it('refuses a preset beside it, and labels without it', async () => {
    const both = await noisefloor(['run', 'smallcnn-fashion', '--program', 'x', '--library', library]);
    expect(both).toMatchObject({ code: 2 });
    expect(both.stderr).toContain('give one or the other');
    const labels = await noisefloor(['run', 'smallcnn-fashion', '--labels', 'x', '--library', library]);
    expect(labels).toMatchObject({ code: 2 });
  });
});
