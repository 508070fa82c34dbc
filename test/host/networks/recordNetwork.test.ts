import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import h5wasm from 'h5wasm/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readKerasFile } from '../../../src/host/networks/readKerasFile.ts';
import { recordNetwork } from '../../../src/host/networks/recordNetwork.ts';
import { parseStudy } from '../../../src/study/parse.ts';
import { presetNamed } from '../../../src/study/presets.ts';
import type { Study } from '../../../src/study/study.ts';
import type { Recipe } from '../../../src/study/task.ts';
import { modelFile } from '../../fixtures/kerasFiles/kerasFiles.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'noisefloor-networks-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const decay = { kind: 'l2', rate: 1e-4, weights: 'kernels' } as const;

function studyOf(path: string, recipe: Partial<Recipe> = { weightDecay: decay }): Study {
  const { study } = presetNamed('smallcnn-fashion');
  const task = {
    ...study.task,
    network: { name: 'keras-file', path },
    recipe: { ...study.task.recipe, ...recipe },
  };
  return parseStudy({ ...study, task });
}

describe('a study of a network of its own', () => {
  it('holds the layers, and needs the file no more', async () => {
    const path = join(folder, 'net.keras');
    await copyFile(modelFile('sequential.keras'), path);
    const recorded = await recordNetwork(studyOf(path));
    const { network } = recorded.task;
    expect(network).toEqual({ name: 'keras-file', path, topology: await readKerasFile(path) });

    await rm(path);
    expect(await recordNetwork(recorded)).toEqual(recorded);
    // Once more, from a study file.
    expect(await recordNetwork(parseStudy(JSON.parse(JSON.stringify(recorded))))).toEqual(recorded);
  });

  it('is refused where the file has changed since, or the layers were', async () => {
    const path = join(folder, 'net.json');
    await copyFile(modelFile('sequential.keras'), path);
    const recorded = await recordNetwork(studyOf(path));
    await copyFile(modelFile('mobilenet.json'), path);
    await expect(recordNetwork(recorded)).rejects.toThrow(
      /describes another network now than when the study was planned/,
    );
    await expect(recordNetwork(recorded)).rejects.toMatchObject({ code: 'network-changed' });
    // A file that may not be looked at is not.
    expect(await recordNetwork(recorded, () => Promise.resolve(false))).toEqual(recorded);

    const edited = JSON.parse(JSON.stringify(recorded).replace('"units":8', '"units":9')) as Study;
    await rm(path);
    await expect(recordNetwork(edited)).rejects.toMatchObject({ code: 'network-changed' });
  });

  it("has the weight decay that the file's regulariser asks for", async () => {
    const path = modelFile('sequential.keras');
    await expect(recordNetwork(studyOf(path, {}))).rejects.toThrow(
      /task\.recipe\.weightDecay is missing; expected \{"kind":"l2","rate":0\.0001,"weights":"kernels"\}/,
    );
    const other = studyOf(path, { weightDecay: { ...decay, rate: 1e-3 } });
    await expect(recordNetwork(other)).rejects.toMatchObject({ code: 'invalid-study' });
  });
});

describe('a model file', () => {
  it.each([
    ['missing.keras', null, 'network-file-unreadable', /does not exist/],
    ['text.json', 'layers: [conv]', 'network-file-invalid', /neither \.keras nor \.h5, and no JSON/],
    [
      'cut.keras',
      'PK\u0003\u0004rest',
      'network-file-invalid',
      /cut\.keras (cannot be unpacked|holds no config)/,
    ],
  ])('that is none is refused: %s', async (name, content, code, message) => {
    const path = join(folder, name);
    if (content !== null) await writeFile(path, content);
    const reading = readKerasFile(path);
    await expect(reading).rejects.toMatchObject({ code });
    await expect(reading).rejects.toThrow(message);
  });

  it('is the same network in HDF5, of which a file of weights holds none', async () => {
    const { layers } = await readKerasFile(modelFile('functional.keras'));
    expect((await readKerasFile(modelFile('functional.h5'))).layers).toEqual(layers);
    const damaged = join(folder, 'damaged.h5');
    await writeFile(damaged, (await readFile(modelFile('functional.h5'))).subarray(0, 4000));
    await expect(readKerasFile(damaged)).rejects.toMatchObject({ code: 'network-file-invalid' });

    await h5wasm.ready;
    const weights = join(folder, 'weights.h5');
    new h5wasm.File(weights, 'w').close();
    await expect(readKerasFile(weights)).rejects.toThrow(
      /weights\.h5 holds no model, as a file of weights alone/,
    );
  });
});
