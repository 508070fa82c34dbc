import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../../src/contract/procedure.ts';
import type { StudioContract } from '../../../src/contract/studio.ts';
import { openTestStudio, type StudioUnderTest } from '../../fixtures/host/studio.ts';
import { temporaryFolder } from '../../fixtures/library/library.ts';

const file = path.join(temporaryFolder(), 'library.sqlite');
let studio: StudioUnderTest;
let client: Client<StudioContract>;

beforeAll(async () => {
  studio = await openTestStudio(file);
  client = studio.connect().client;
});
afterAll(() => studio.close());

describe('drafts', () => {
  const content = { study: { name: 'Mine', replicates: 'many' }, visited: ['task'] };

  it('are kept as they are, valid or not, and outlive the host', async () => {
    await client.drafts.save({ draft: 'first', name: 'Mine', content });
    await client.drafts.save({ draft: 'second', name: '', content: null });
    await client.drafts.save({ draft: 'first', name: 'Ours', content });
    await studio.close();
    studio = await openTestStudio(file);
    client = studio.connect().client;
    const { items } = await client.drafts.list(null);
    expect(items.map(({ id, name }) => [id, name]).sort()).toEqual([
      ['first', 'Ours'],
      ['second', ''],
    ]);
    expect(await client.drafts.read({ draft: 'first' })).toMatchObject({
      id: 'first',
      name: 'Ours',
      content,
    });
  });

  it('are deleted once', async () => {
    await client.drafts.delete({ draft: 'second' });
    await client.drafts.delete({ draft: 'second' });
    expect((await client.drafts.list(null)).items.map(({ id }) => id)).toEqual(['first']);
    await expect(client.drafts.read({ draft: 'second' })).rejects.toMatchObject({ code: 'draft-unknown' });
  });

  it('that no library could hold are refused', async () => {
    const huge = 'x'.repeat(4_000_001);
    await expect(client.drafts.save({ draft: 'huge', name: '', content: huge })).rejects.toMatchObject({
      code: 'draft-too-large',
    });
    await expect(client.drafts.save({ draft: '../huge', name: '', content: '' })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });
});
