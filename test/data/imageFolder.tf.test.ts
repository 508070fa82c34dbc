import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.ts';
import { openExamples } from '../../src/data/exampleSource.ts';
import { decodeImage, decoderIdentity } from '../../src/engine/decode.ts';
import { loadTensorFlow } from '../../src/engine/runtime.ts';
import { rejectionOf } from './failure.ts';
import { folderWith } from './temporaryFolder.ts';

const archive = fileURLToPath(new URL('../../../shared/data/cifar10-images.tar', import.meta.url));

// Made by test/fixtures/data/contentHash.py with Python's hashlib and TensorFlow's accurate decode.
const expected = JSON.parse(
  readFileSync(new URL('../fixtures/data/contentHash.json', import.meta.url), 'utf8'),
) as { cifar10Images: string };

function unpacked(...members: string[]): string {
  const folder = folderWith({});
  execFileSync('tar', ['xf', archive, '-C', folder, ...members]);
  return folder;
}

const load = (path: string, testFraction = 0.2) =>
  loadDataset(
    { kind: 'image-folder', path, testFraction },
    { decode: decodeImage, decoder: decoderIdentity() },
  );

describe.skipIf(!existsSync(archive))(
  'an image folder of real JPEG files (needs ../shared/data/cifar10-images.tar)',
  () => {
    beforeAll(async () => {
      await loadTensorFlow();
    });

    it('has the content hash that Python computes', async () => {
      const { identity, train, test } = await load(unpacked());
      expect(identity).toMatchObject({
        hash: expected.cifar10Images,
        examples: { train: 5000, test: 1000 },
        shape: [32, 32, 3],
        classes: 10,
        classNames: [
          'airplane',
          'automobile',
          'bird',
          'cat',
          'deer',
          'dog',
          'frog',
          'horse',
          'ship',
          'truck',
        ],
      });
      expect(identity.decoder).toContain('INTEGER_ACCURATE');
      expect(identity.files).toMatch(/^[0-9a-f]{64}$/);
      expect(train.images).toHaveLength(5000 * 3072);
      expect(test.labels.filter((label) => label === 3)).toHaveLength(100);
    });

    it('is looked at in the order that its predictions are recorded in', async () => {
      const path = unpacked();
      const source = await openExamples({ kind: 'image-folder', path, testFraction: 0.2 });
      const { identity, test } = await load(path);
      expect(source.identity.files).toBe(identity.files);
      expect(source.labels.test).toEqual(test.labels);
      for (let index = 0; index < 1000; index += 37) {
        const image = await source.image('test', index);
        const { pixels } = decodeImage(image.bytes, 3);
        expect(pixels).toEqual(test.images.slice(3072 * index, 3072 * (index + 1)));
      }
    });

    it('splits class folders itself where there is no test folder', async () => {
      const { identity } = await load(join(unpacked('test'), 'test'), 0.25);
      expect(identity.examples).toEqual({ train: 750, test: 250 });
    });

    it.each([0.3, 0.9])('refuses a file cut off after %d of its bytes, by name', async (share) => {
      const folder = join(unpacked('test/cat', 'test/dog'), 'test');
      const file = join(folder, 'dog', '0055.jpg');
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.subarray(0, Math.floor(share * bytes.length)));
      const error = await rejectionOf(load(folder));
      expect(error.code).toBe('dataset-invalid');
      expect(error.message).toContain(`${file} `);
    });
  },
);
