import { invalidData } from './invalid.ts';
import type { DatasetReference } from '../study/task.ts';
import { loadCeleba } from './celeba.ts';
import { loadCifar } from './cifar.ts';
import { loadFashionMnistSample } from './fashionMnist.ts';
import { generateImages } from './generatedImages.ts';
import { loadImageNet } from './imageNet.ts';
import { loadIdxFolder } from './idxFolder.ts';
import { loadImageFolder } from './imageFolder.ts';
import { loadNpzFile } from './npzFile.ts';
import type { Dataset } from './identity.ts';
import type { ImageDecoder } from './imageFile.ts';

export type { Dataset } from './identity.ts';

/**
 * Loads and checks a data set.
 * @param options.decode decodes JPEG and PNG files; image folders need it.
 * @param options.decoder what `decode` is, kept with the data set: decoders differ, and that is tooling noise too.
 * @throws NoisefloorError `dataset-invalid` that names the file and what to do about it.
 */
export async function loadDataset(
  reference: DatasetReference,
  options: { decode?: ImageDecoder; decoder?: string } = {},
): Promise<Dataset> {
  switch (reference.kind) {
    case 'fashion-mnist-sample':
      return loadFashionMnistSample();
    case 'idx':
      return loadIdxFolder(reference.path);
    case 'image-folder':
      return loadImageFolder(reference, options);
    case 'celeba':
      return loadCeleba(reference, options);
    case 'imagenet':
      return loadImageNet(reference, options.decoder);
    case 'cifar-10':
    case 'cifar-100':
      return loadCifar(reference);
    case 'generated':
      return generateImages(reference);
    case 'npz':
      return loadNpzFile(reference.path);
    case 'elsewhere':
      throw invalidData(
        reference.name,
        'is known from logs made elsewhere alone: there are no examples here.',
      );
  }
}
