import { loadDataset, type Dataset } from '../../src/data/dataset.ts';
import { decodeImage, decoderIdentity } from '../../src/engine/decode.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import type { DatasetReference } from '../../src/study/task.ts';

/** Loads a data set in a process that trains: TensorFlow decodes its images, where it has image files. */
export async function loadData(reference: DatasetReference): Promise<Dataset> {
  await loadTensorFlow();
  return loadDataset(reference, { decode: decodeImage, decoder: decoderIdentity() });
}
