import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/contract/procedure.ts';
import type { StudioContract } from '../../../src/contract/studio.ts';
import { openTestStudio, type StudioUnderTest } from '../../fixtures/host/studio.ts';
import { storeTrainedStudy } from '../../fixtures/host/trainedStudy.ts';
import { buildStudy, temporaryFolder } from '../../fixtures/library/library.ts';

const file = path.join(temporaryFolder(), 'library.sqlite');
let studio: StudioUnderTest;
let client: Client<StudioContract>;

beforeAll(async () => {
  studio = await openTestStudio(file);
  client = studio.connect().client;
  await storeTrainedStudy(studio.library, 'trained', buildStudy({ name: 'Trained', replicates: 3 }));
});
afterAll(() => studio.close());

const wanted = { study: 'trained', epoch: null, edits: null } as const;

describe('figures', () => {
  it('are listed with what they show, and why some cannot be made', async () => {
    const { items } = await client.figures.list({ study: 'trained' });
    expect(items.map(({ name }) => name)).toContain('figure8');
    expect(items.find(({ name }) => name === 'variance')).toMatchObject({
      available: true,
      reason: null,
      edits: null,
      span: 'column',
    });
    expect(items.find(({ name }) => name === 'overhead')).toMatchObject({ available: false });
    await expect(client.figures.list({ study: 'nobody' })).rejects.toMatchObject({ code: 'study-unknown' });
  });

  it('are previewed as they are exported', async () => {
    const preview = await client.figures.preview({ ...wanted, figure: 'variance' });
    const svg = await client.figures.export({ ...wanted, figure: 'variance', format: 'svg' });
    expect(new TextDecoder().decode(svg.bytes)).toBe(preview.svg);
    expect(svg).toMatchObject({ name: 'variance.svg', caption: preview.caption, notes: [] });
    expect(preview.labels).toContain('ALGO+IMPL');
    expect(preview.series).toEqual(['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL']);
    const png = await client.figures.export({ ...wanted, figure: 'churn', format: 'png', dpi: 100 });
    expect(new DataView(png.bytes.buffer, png.bytes.byteOffset).getUint32(16)).toBe(325);
    await expect(client.figures.preview({ ...wanted, figure: 'figure5' })).rejects.toMatchObject({
      code: 'figure-unavailable',
    });
    await expect(
      client.figures.export({ ...wanted, figure: 'churn', format: 'png', dpi: 9999 }),
    ).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('are saved with the study and drawn so again when replicates are added', async () => {
    const edits = { title: 'Our "figure" <1>', hidden: ['CONTROL'], labels: { ALGO: 'algorithmic' } };
    await client.figures.save({ study: 'trained', figure: 'variance', edits });
    const before = await client.figures.preview({ ...wanted, figure: 'variance' });
    expect(before.svg).toContain('Our &quot;figure&quot; &lt;1&gt;');
    expect(before.svg).toContain('>algorithmic</text>');
    expect(before.svg).not.toContain('>CONTROL</text>');
    expect(before.caption).toContain('n = 3 replicates of each variant');
    const { items } = await client.figures.list({ study: 'trained' });
    expect(items.find(({ name }) => name === 'variance')?.edits).toEqual(edits);

    const [replicate] = await studio.library.replicates('trained');
    await client.replicates.exclude({ replicate: replicate!.id, reason: 'ran hot' });
    const after = await client.figures.preview({ ...wanted, figure: 'variance' });
    expect(after.caption).toContain('Excluded: replicate 1 of ALGO+IMPL (ran hot)');
    expect(after.svg).toContain('Our &quot;figure&quot; &lt;1&gt;');
    expect(after.sources[0]?.revision).not.toBe(before.sources[0]?.revision);
    await client.replicates.include({ replicate: replicate!.id });
    expect(await client.figures.preview({ ...wanted, figure: 'variance' })).toEqual(before);

    await client.figures.reset({ study: 'trained', figure: 'variance' });
    const plain = await client.figures.preview({ ...wanted, figure: 'variance' });
    expect(plain.svg).not.toContain('Our');
    // What is asked for comes before what is saved.
    await client.figures.save({ study: 'trained', figure: 'variance', edits });
    expect(await client.figures.preview({ ...wanted, figure: 'variance', edits: {} })).toEqual(plain);
    await client.figures.reset({ study: 'trained', figure: 'variance' });
  });

  it('are exported all at once, and those that cannot be made say why', async () => {
    const events = [];
    for await (const event of client.figures.exportAll({
      study: 'trained',
      epoch: null,
      formats: ['pdf', 'csv'],
    })) {
      events.push(event);
    }
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
    expect(new Set(events.map(({ figures }) => figures))).toEqual(new Set([events.length]));
    const variance = events.find(({ figure }) => figure === 'variance');
    expect(variance?.files.map(({ name }) => name)).toEqual(['variance.pdf', 'variance.csv']);
    const alone = await client.figures.export({ ...wanted, figure: 'variance', format: 'pdf' });
    expect(Buffer.compare(variance!.files[0]!.bytes, alone.bytes)).toBe(0);
    expect(variance?.caption).toBe(alone.caption);
    const missing = events.find(({ figure }) => figure === 'figure7');
    expect(missing).toMatchObject({ files: [], reason: expect.stringContaining('overhead') as string });
  });

  it('keep none of the others from being exported where everything of one is hidden', async () => {
    const hidden = ['ALGO+IMPL', 'ALGO', 'IMPL', 'CONTROL'];
    await client.figures.save({ study: 'trained', figure: 'variance', edits: { hidden } });
    const events = [];
    for await (const event of client.figures.exportAll({ study: 'trained', epoch: null, formats: ['csv'] })) {
      events.push(event);
    }
    await client.figures.reset({ study: 'trained', figure: 'variance' });
    expect(events.find(({ figure }) => figure === 'variance')).toMatchObject({
      files: [],
      caption: null,
      reason: 'Everything that this figure shows is hidden. Show something to draw it.',
    });
    expect(events.find(({ figure }) => figure === 'churn')?.files).toHaveLength(1);
  });

  it('have another revision as soon as one of the studies that they are made of has', async () => {
    const revisions = async (): Promise<Map<string, string | null>> => {
      const { items } = await client.figures.list({ study: 'trained' });
      return new Map(items.map(({ name, revision }) => [name, revision]));
    };
    await storeTrainedStudy(studio.library, 'other', buildStudy({ name: 'Other', replicates: 2 }));
    const before = await revisions();
    expect(before.get('overhead')).toBeNull();
    const [replicate] = await studio.library.replicates('other');
    await client.replicates.exclude({ replicate: replicate!.id, reason: 'ran hot' });
    const after = await revisions();
    expect(after.get('variance')).toBe(before.get('variance'));
    expect(after.get('compare')).not.toBe(before.get('compare'));
    expect(after.get('compare')).not.toBeNull();
  });
});
