import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureChromium } from '../../main/setup/chromium.js';

describe.skipIf(process.getuid?.() !== 0)('a Chromium for the browser tests (installed as root only)', () => {
  const before = { ...process.env };
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'noisefloor-chromium-'));
    const record = `#!/bin/sh\necho "$@" >> ${folder}/calls\n`;
    writeFileSync(join(folder, 'apt-get'), record, { mode: 0o755 });
    process.env['PATH'] = folder;
  });

  afterEach(() => {
    process.env = { ...before };
    rmSync(folder, { recursive: true, force: true });
  });

  it('is installed where the one that is named is not there', async () => {
    process.env['NOISEFLOOR_CHROMIUM'] = join(folder, 'none');
    await ensureChromium();
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toContain('install -y -q chromium');
  });

  it('is left alone where there is one', async () => {
    process.env['NOISEFLOOR_CHROMIUM'] = join(folder, 'apt-get');
    await ensureChromium();
    expect(existsSync(join(folder, 'calls'))).toBe(false);
  });
});
