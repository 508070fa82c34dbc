import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCeleba } from '../../src/data/celebaList.ts';
import { rejectionOf } from './failure.ts';
import { folderWith } from './temporaryFolder.ts';

type Files = Readonly<Record<string, string>>;

const images: Files = {
  'img_align_celeba/000001.jpg': 'a',
  'img_align_celeba/000002.jpg': 'b',
  'img_align_celeba/000003.jpg': 'c',
};
const published: Files = {
  ...images,
  'list_attr_celeba.txt': '3\nMale Young \n000001.jpg -1  1\n000002.jpg  1 -1\n000003.jpg  1  1\n',
  'list_eval_partition.txt': '000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n',
};

const messageOf = async (changed: Files): Promise<string> => {
  const error = await rejectionOf(listCeleba(folderWith({ ...published, ...changed })));
  expect(error.code).toBe('dataset-invalid');
  expect(String(error.details.file)).not.toContain('line');
  return error.message;
};

describe('listCeleba', () => {
  it('reads the published form', async () => {
    const folder = folderWith(published);
    const place = (name: string): string => join(folder, 'img_align_celeba', name);
    expect(await listCeleba(folder)).toEqual({
      attributeNames: ['Male', 'Young'],
      train: { files: [place('000001.jpg')], attributes: Uint8Array.of(0, 1) },
      validation: { files: [place('000002.jpg')], attributes: Uint8Array.of(1, 0) },
      test: { files: [place('000003.jpg')], attributes: Uint8Array.of(1, 1) },
    });
  });

  it('reads CSV files, values of 0 and 1, and images a folder deeper', async () => {
    const { attributeNames, train, test } = await listCeleba(
      folderWith({
        'img_align_celeba/img_align_celeba/1.jpg': 'a',
        'img_align_celeba/img_align_celeba/2.jpg': 'b',
        'list_attr_celeba.csv': 'image_id,Male,Young\r\n1.jpg,0,1\r\n2.jpg,1,0\r\n',
        'list_eval_partition.csv': 'image_id,partition\r\n1.jpg,2\r\n2.jpg,0\r\n',
      }),
    );
    expect(attributeNames).toEqual(['Male', 'Young']);
    expect([...train.attributes]).toEqual([1, 0]);
    expect([...test.attributes]).toEqual([0, 1]);
    expect(test.files[0]).toMatch(/img_align_celeba.img_align_celeba.1\.jpg$/);
  });

  it.each([
    [
      'a count that is wrong',
      '4\nMale\n000001.jpg 1\n',
      /says on line 1 that it lists "4" images, but lists 1/,
    ],
    ['a value that is none', '1\nMale\n000001.jpg 2\n', /line 3 gives 000001.jpg the value "2"/],
    ['a value too few', '1\nMale Young\n000001.jpg 1\n', /line 3 gives 1 attributes .* names 2/],
    ['an image twice', '2\nMale\n000001.jpg 1\n000001.jpg 1\n', /line 4 lists 000001.jpg a second time/],
    ['an image without a partition', '1\nMale\n9.jpg 1\n', /list_eval_partition.txt has no line for 9.jpg/],
    ['fewer images than the partitions', '1\nMale\n000001.jpg 1\n', /lists 000002.jpg, which .* does not/],
  ])('names the file and line of %s', async (_, text, message) => {
    expect(await messageOf({ 'list_attr_celeba.txt': text })).toMatch(message);
  });

  it.each([
    ['an unknown partition', '000001.jpg 3\n', /line 1 does not give an image and its partition/],
    [
      'nothing to test on',
      '000001.jpg 0\n000002.jpg 1\n000003.jpg 1\n',
      /no image into partition 2 \(test\)/,
    ],
  ])('refuses %s', async (_, text, message) => {
    expect(await messageOf({ 'list_eval_partition.txt': text })).toMatch(message);
  });

  it('names an image that is missing', async () => {
    const partition = `${published['list_eval_partition.txt'] ?? ''}4.jpg 0\n`;
    const attributes = '1\nMale\n4.jpg 1\n';
    expect(
      await messageOf({ 'list_attr_celeba.txt': attributes, 'list_eval_partition.txt': partition }),
    ).toMatch(/line 3 lists 4.jpg, which is not in .*img_align_celeba/);
  });
});
