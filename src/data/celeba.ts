import { basename } from 'node:path';
import type { DatasetReference } from '../study/task.ts';
import { listCeleba, type AttributeFiles } from './celebaList.ts';
import type { LabelledFile } from './classFolders.ts';
import { makeDataset, type Dataset } from './identity.ts';
import type { ImageDecoder } from './imageFile.ts';
import { readListed } from './imageFolder.ts';

/**
 * CelebA, or faces in its form: images in `img_align_celeba`, their attributes in `list_attr_celeba` and their split in
 * `list_eval_partition`, as text or CSV. Brought to one size, and held where they fit, as an image folder is.
 * @throws NoisefloorError `dataset-invalid`
 */
export async function loadCeleba(
  reference: Extract<DatasetReference, { kind: 'celeba' }>,
  options: { decode?: ImageDecoder; decoder?: string },
): Promise<Dataset> {
  const { path, resize, partition } = reference;
  const list = await listCeleba(path, partition);
  const tested = list[partition];
  const listed = {
    files: { classNames: [...list.attributeNames], train: filesOf(list.train), test: filesOf(tested) },
    images: { size: { ...resize, channels: 3 as const }, like: null },
  };
  const { train, test, files } = await readListed(listed, reference, options);
  const described = {
    ...{ name: basename(path), kind: 'celeba', classNames: [...list.attributeNames] },
    ...{ decoder: options.decoder ?? null, files },
  };
  return makeDataset(
    described,
    { ...train, attributes: list.train.attributes },
    { ...test, attributes: tested.attributes },
  );
}

/** Attributes stand beside the files: none has a class. */
const filesOf = ({ files }: AttributeFiles): LabelledFile[] => files.map((file) => ({ file, label: 0 }));
