import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { cacheFolder, ensureFree, freeBytes } from '../../main/setup/cache.js';

describe('the cache folder', () => {
  it.each([
    ['linux', {}, '/home/ann/.cache/noisefloor'],
    ['linux', { XDG_CACHE_HOME: '/fast' }, '/fast/noisefloor'],
    ['linux', { XDG_CACHE_HOME: '' }, '/home/ann/.cache/noisefloor'],
    ['darwin', {}, '/home/ann/Library/Caches/noisefloor'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/noisefloor/Cache'],
    ['win32', {}, '/home/ann/AppData/Local/noisefloor/Cache'],
    ['win32', { NOISEFLOOR_CACHE: '/own' }, '/own'],
    ['linux', { NOISEFLOOR_CACHE: 'own' }, resolve('own')],
  ] as const)('on %s with %j is %s', (platform, environment, folder) => {
    expect(cacheFolder(environment, platform, '/home/ann')).toBe(folder);
  });

  it('knows the free space of a folder that does not exist yet', () => {
    const free = freeBytes(join(tmpdir(), 'not', 'there', 'yet'));
    expect(free).toBeGreaterThan(0);
    expect(() => {
      ensureFree(join(tmpdir(), 'not', 'there'), free * 2);
    }).toThrow(/too little disk space: .* are needed, .* are free/);
  });
});
