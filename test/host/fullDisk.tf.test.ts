import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { errorOf, jsonOf, noisefloor } from '../fixtures/cli/noisefloor.ts';
import { writeStudy } from '../fixtures/cli/studyFile.ts';
import { scratchFolder } from '../fixtures/training/replicate.ts';
import { writeTinyImages } from '../fixtures/training/tinyImages.ts';
import { tinyStudy } from '../fixtures/training/tinyStudy.ts';

const folder = scratchFolder();
const disk = path.join(folder, 'disk');
const images = path.join(folder, 'images');
let mounted = false;

beforeAll(() => {
  writeTinyImages(images, { train: 320, test: 40 });
  mkdirSync(disk);
  mounted =
    process.platform === 'linux' &&
    spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=4m', 'noisefloor-test', disk]).status === 0;
});
afterAll(() => {
  if (mounted) spawnSync('/bin/umount', [disk]);
});

it('a disk that fills up during a run is said, and the study goes on from there once there is space', async (context) => {
  if (!mounted) {
    context.skip('a small file system cannot be mounted here (that needs root)');
  }
  const library = path.join(disk, 'library.sqlite');
  const study = (name: string, epochs: number) =>
    writeStudy(
      path.join(folder, `${name}.json`),
      tinyStudy(images, {
        name,
        recipe: { epochs },
        variants: tinyStudy(images).variants.filter((variant) => variant.name === 'CONTROL'),
        record: { checkpoints: 'every' },
      }),
    );
  const before = await noisefloor(['run', study('before', 1), '--parallel', '1', '--library', library]);
  expect(before.code, before.stderr).toBe(0);
  const analysed = jsonOf(await noisefloor(['analyze', 'before', '--json', '--library', library]));

  const { bavail, bsize } = statfsSync(disk);
  const ballast = path.join(disk, 'ballast');
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - 900_000));
  const full = await noisefloor([
    'run',
    study('full', 40),
    '--parallel',
    '2',
    '--json',
    '--library',
    library,
  ]);
  expect(full.code).toBe(1);
  const said = full.stdout.includes('"error"') ? errorOf(full).message : full.stderr;
  expect(said).toMatch(/disk .*is full|no space/i);

  rmSync(ballast);
  expect(jsonOf(await noisefloor(['analyze', 'before', '--json', '--library', library]))).toEqual(analysed);
  spawnSync('/bin/mount', ['-o', 'remount,size=64m', disk]);
  const resumed = await noisefloor(['resume', 'full', '--parallel', '2', '--json', '--library', library]);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(jsonOf(resumed)).toMatchObject({ epoch: 39, variants: [{ replicates: 2, bitIdentical: true }] });
});
