import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, noisefloor, type Ended } from '../fixtures/cli/noisefloor.ts';
import { openTestStudio } from '../fixtures/host/studio.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';

const folder = temporaryFolder();
const library = path.join(folder, 'library.sqlite');
const ask = (...args: string[]): Promise<Ended> => noisefloor([...args, '--library', library]);

beforeAll(() => {
  copyFileSync(path.join(import.meta.dirname, '../../resources/sample/sample.sqlite'), library);
});

describe('noisefloor figure', () => {
  it('writes the bytes that the studio exports, as they were saved', async () => {
    const studio = await openTestStudio(library);
    const { client } = studio.connect();
    const [study] = (await client.studies.list(null)).items;
    await client.figures.save({ study: study!.id, figure: 'variance', edits: { title: 'Saved' } });
    const wanted = { study: study!.id, epoch: null, edits: null, figure: 'variance', format: 'pdf' } as const;
    const exported = await client.figures.export(wanted);
    await studio.close();
    const file = path.join(folder, 'papers', 'variance.pdf');
    const ended = await ask('figure', 'sample', 'variance', '--out', file, '--json');
    expect(ended.code, ended.stderr).toBe(0);
    expect(jsonOf(ended)).toMatchObject({
      figure: 'variance',
      file,
      format: 'pdf',
      caption: exported.caption,
    });
    expect(Buffer.compare(readFileSync(file), exported.bytes)).toBe(0);
  });

  it('changes what the options say', async () => {
    const file = path.join(folder, 'changed.svg');
    const options = [
      '--title',
      'A & B',
      '--width',
      'neurips',
      '--hide',
      'IMPL,CONTROL',
      '--label',
      'ALGO=a=b',
    ];
    const ended = await ask('figure', 'sample', 'variance', '--out', file, ...options, '--font', 'serif');
    expect(ended.stdout).toMatch(/n = \d+ replicates of each variant/);
    const svg = readFileSync(file, 'utf8');
    expect(svg).toContain('width="396pt"');
    expect(svg).toContain('>A &amp; B</text>');
    expect(svg).toContain('>a=b</text>');
    expect(svg).not.toContain('>IMPL</text>');
    expect(svg).toContain('STIX Two Text');
  });

  it.each([
    [['figure', 'sample', 'varianc', '--out', 'x.pdf'], 2, 'Did you mean "variance"'],
    [['figure', 'sample', 'variance', '--out', 'x.doc'], 2, '.svg, .pdf, .png, .csv, .tex'],
    [['figure', 'sample', 'variance', '--out', 'x.pdf', '--size', '3'], 2, '--size'],
    [['figure', 'sample', 'variance', '--out', 'x.png', '--dpi', '1e3'], 2, '--dpi'],
    [['figure', 'sample', 'figure6', '--out', 'x.pdf'], 1, 'measures overhead'],
    [['figures', '--out', 'figures'], 2, 'needs a study'],
  ])('%j ends with %i and says %s', async (args, code, message) => {
    const ended = await ask(...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(message);
    expect(existsSync('x.pdf')).toBe(false);
  });
});

describe('noisefloor figures', () => {
  it('lists figures, and of a study which can be made', async () => {
    const all = jsonOf(await ask('figures', '--json')) as { items: { name: string }[] };
    expect(all.items.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['variance', 'figure1', 'figure8']),
    );
    const of = jsonOf(await ask('figures', 'sample', '--json')) as {
      items: { name: string; available: boolean }[];
    };
    expect(of.items.find(({ name }) => name === 'churn')?.available).toBe(true);
    expect(of.items.find(({ name }) => name === 'overhead')?.available).toBe(false);
  });

  it('writes all that can be made into a folder', async () => {
    const out = path.join(folder, 'all');
    const ended = await ask('figures', 'sample', '--out', out, '--format', 'csv,tex', '--json');
    const { items } = jsonOf(ended) as { items: { name: string; files: string[]; reason: string | null }[] };
    const made = items.filter(({ reason }) => reason === null);
    expect(made.length).toBeGreaterThanOrEqual(7);
    for (const { files } of made) for (const file of files) expect(existsSync(file), file).toBe(true);
    const analysis = jsonOf(await ask('analyze', 'sample', '--json')) as {
      variants: { name: string; churn: { mean: number } }[];
    };
    const csv = readFileSync(path.join(out, 'figure1.csv'), 'utf8');
    for (const { name, churn } of analysis.variants) {
      expect(csv).toContain(`Churn,,${name},${name},,${churn.mean},`);
    }
  });
});
