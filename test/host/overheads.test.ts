import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { makeOverheadFigure } from '../../src/host/figures/makeFigure.ts';
import { importProfiles } from '../../src/host/overhead/importProfiles.ts';
import { measureOverheads } from '../../src/host/overhead/measureOverheads.ts';
import { readOverhead, readOverheads } from '../../src/host/overhead/readOverheads.ts';
import {
  matchingOverhead,
  overheadCsv,
  overheadRows,
  referenceOverheadRows,
} from '../../src/host/overhead/reproduceOverhead.ts';
import { overheadSettings } from '../../src/determinism/overhead.ts';
import { NoisefloorError } from '../../src/study/errors.ts';
import { executionSchema } from '../../src/study/execution.ts';
import { overheadPresetNamed } from '../../src/study/overheadPresets.ts';
import { standInTrial } from '../fixtures/host/studio.ts';
import { temporaryFolder } from '../fixtures/library/library.ts';

const scratch = temporaryFolder();
const profiles = fileURLToPath(new URL('../fixtures/profiles', import.meta.url));
const given = { isDry: false, version: '1.0.0' };

describe('overhead in a library', () => {
  it('takes profiles in once, and compares them', async () => {
    const library = await openLibrary(path.join(scratch, 'profiles.sqlite'));
    try {
      expect(await importProfiles(library, profiles, { ...given, isDry: true })).toMatchObject({ id: null });
      const { id, models } = await importProfiles(library, profiles, given);
      expect(models).toEqual(['MediumCNN 3*3', 'unnamed network']);
      expect(await importProfiles(library, profiles, given)).toMatchObject({ id, wasKnown: true });
      const all = await readOverheads(library);
      expect(all).toHaveLength(1);
      const [model] = (await readOverhead(library, 'profiles-')).models;
      expect(model?.profiles[0]?.compared.kernelRatio).toBeCloseTo(1.9878541735870559, 14);
      // What the reference's script writes into figure6.csv, units ignored.
      const rows = referenceOverheadRows(all);
      expect(rows.map(({ ratio }) => ratio)).toEqual([expect.closeTo(0.0017795113520961033, 14) as number]);
      expect(overheadCsv(rows)).toMatch(/^Model,Overhead\nMediumCNN 3\*3,0\.00177951/);
      const { figure } = makeOverheadFigure(all, 'figure8', {});
      expect(figure.caption).toContain('wgrad_alg1_engine stands for wgrad_alg0_engine');
      expect(() => makeOverheadFigure(all, 'overhead', {})).toThrow('it holds profiles alone');
      await expect(readOverhead(library, 'nothing')).rejects.toMatchObject({ code: 'overhead-unknown' });
    } finally {
      await library.close();
    }
  });

  it('records a network that cannot be timed, and times the others', async () => {
    const library = await openLibrary(path.join(scratch, 'failed.sqlite'));
    try {
      const preset = overheadPresetNamed('mediumcnn-kernels-mini');
      const execution = executionSchema.parse({});
      const settings = overheadSettings({ ...execution, deterministicOps: false }, [
        'default',
        'deterministic',
      ]);
      const failures: string[] = [];
      let calls = 0;
      const { id, models } = await measureOverheads({
        ...{ library, preset, models: preset.models, settings, rounds: 2 },
        runTrial: async (request) => {
          const { task, execution: asked } = request;
          calls += 1;
          if (task.network.name === 'mediumcnn' && task.network.kernel === 7) {
            throw new NoisefloorError('trial-crashed', 'It ended with signal SIGKILL.');
          }
          const timedSeconds = (asked.deterministicOps ? 3 : 2) * (1 + calls / 1000);
          return { ...(await standInTrial(request)), timedSeconds };
        },
        ...{ onModel: () => undefined, onTrial: () => undefined },
        onFailure: ({ name }, reason) => failures.push(`${name}: ${reason}`),
      });
      expect(failures).toEqual(['MediumCNN 7*7: It ended with signal SIGKILL.']);
      expect(models.map(({ failure }) => failure === null)).toEqual([true, true, true, false]);
      const measured = await readOverhead(library, id);
      expect(measured.models.map(({ failure }) => failure)).toEqual([
        null,
        null,
        null,
        'It ended with signal SIGKILL.',
      ]);
      expect(measured.models[0]?.settings[1]?.ratio).toBeCloseTo(1.5, 2);
      expect(matchingOverhead(preset, [measured])).toBe(measured);
      expect(overheadRows(measured)[3]).toMatchObject({ model: 'MediumCNN 7*7', ratio: null });
      const { figure } = makeOverheadFigure([measured], 'figure7', {});
      expect(figure.chart.kind === 'rows' ? figure.chart.rows.map(({ label }) => label) : []).toEqual([
        ...['MediumCNN 1*1', 'MediumCNN 3*3', 'MediumCNN 5*5'],
      ]);
    } finally {
      await library.close();
    }
  });
});
