import type { ComparedDeviceTime, ComparedModel, ComparedSetting } from '../../analysis/overheads.ts';
import { shortName } from '../../analysis/kernelProfile.ts';
import { intervalWords, sentences } from '../caption.ts';
import type { NumberAxis, RowMark, RowsChart, RowsPanel } from '../chart.ts';
import { arrangedNames, type FigureEdits } from '../edits.ts';
import type { DrawnMeasures } from '../measured.ts';
import { looksOf } from '../palettes.ts';
import { arrowWords, valueMark } from '../rowMarks.ts';

/** A measurement of overhead as figures need it. */
export interface DrawnOverhead {
  readonly name: string;
  readonly iterations: number | null;
  readonly batchSize: number | null;
  readonly side: number | null;
  readonly settings: readonly string[];
  readonly models: readonly ComparedModel[];
}

const ratioAxis = (title: string): NumberAxis => ({ title, scale: 1, fromZero: true });

/** A line at no overhead. */
const same = { low: 1, high: 1, label: 'no overhead' } as const;

const timedWords = ({ iterations, batchSize, side }: DrawnOverhead): string | null =>
  iterations === null
    ? null
    : `Time of ${iterations} training steps${batchSize === null ? '' : ` of ${batchSize} images`}${side === null ? '' : ` of ${side} x ${side} pixels`}, in processes of their own that take turns`;

/** What networks take under each execution configuration of one measurement, against its first. */
export function overheadFigure(measured: DrawnOverhead, edits: FigureEdits): DrawnMeasures<RowsChart> {
  const [baseline = 'the first', ...others] = measured.settings;
  const names = arrangedNames(others, edits);
  const look = looksOf(others, edits);
  const mark = ({ settings, failure }: ComparedModel, name: string): RowMark => {
    const found = settings.find(({ setting }) => setting === name);
    return valueMark(name, look(name), found?.ratio ?? null, found?.interval ?? null, {
      note: failure === null ? 'not timed' : 'could not be timed',
    });
  };
  const timed = measured.models.filter(({ settings, failure }) => settings.length > 0 || failure !== null);
  const panel: RowsPanel = {
    axis: ratioAxis(`Time / that of ${baseline} (ratio)`),
    band: same,
    cells: timed.map((model) => names.map((name) => mark(model, name))),
  };
  return {
    chart: {
      ...{ kind: 'rows', rows: timed.map(({ model }) => ({ label: model, isHeading: false })) },
      panels: [panel],
      legend: names.length < 2 ? [] : names.map((name) => ({ label: name, look: look(name) })),
    },
    caption: sentences(
      timedWords(measured),
      `${names.join(', ')} against ${baseline}: geometric mean over rounds`,
      intervalSentence(timed.flatMap(({ settings }) => settings)),
      deviceWords(timed),
      arrowWords([panel]),
    ),
  };
}

function intervalSentence(settings: readonly ComparedSetting[]): string | null {
  const words = intervalWords(settings.map(({ interval }) => interval));
  return words === null ? null : `Bars: ${words} of the logarithm of the ratio`;
}

function deviceWords(models: readonly ComparedModel[]): string | null {
  const devices = [...new Set(models.flatMap(({ device }) => device ?? []))];
  return devices.length === 0 ? null : `On ${devices.join('; ')}`;
}

/** A network's overhead of determinism on one device; profiles say what the device itself took. */
interface NetworkOverhead {
  readonly model: string;
  readonly device: string;
  readonly ratio: number;
  readonly interval: ComparedSetting['interval'];
}

/** Of every network and device the newest that was measured: by device time where a profile is there, else by the clock. */
function networkOverheads(measured: readonly DrawnOverhead[]): NetworkOverhead[] {
  const found = new Map<string, NetworkOverhead>();
  for (const { models } of measured) {
    for (const { model, device, settings, profiles } of models) {
      const [profile] = profiles.filter(({ setting }) => setting === 'deterministic');
      const timed = settings.find(({ setting }) => setting === 'deterministic');
      const known = { model, device: device ?? `device time by ${profile?.profiler ?? ''}` };
      const ratio = profile?.compared.kernelRatio ?? timed?.ratio ?? null;
      const key = JSON.stringify(known);
      if (ratio === null || found.has(key)) continue;
      found.set(key, { ...known, ratio, interval: profile === undefined ? (timed?.interval ?? null) : null });
    }
  }
  return [...found.values()];
}

/** The paper's figure 6, or 7 of MediumCNN alone: deterministic against default execution by network and device. */
export function overheadByNetworkFigure(
  measured: readonly DrawnOverhead[],
  edits: FigureEdits,
  isShown: (model: string) => boolean,
): DrawnMeasures<RowsChart> {
  const all = networkOverheads(measured).filter(({ model }) => isShown(model));
  const devices = [...new Set(all.map(({ device }) => device))];
  const shown = arrangedNames(devices, edits);
  const look = looksOf(devices, edits);
  const models = [...new Set(all.map(({ model }) => model))].toSorted((one, other) =>
    one.localeCompare(other, 'en', { numeric: true }),
  );
  const panel: RowsPanel = {
    axis: ratioAxis('Deterministic / default (ratio)'),
    band: same,
    cells: models.map((model) =>
      shown.flatMap((device) => {
        const found = all.find((each) => each.model === model && each.device === device);
        return found === undefined ? [] : [valueMark(device, look(device), found.ratio, found.interval)];
      }),
    ),
  };
  return {
    chart: {
      ...{ kind: 'rows', rows: models.map((label) => ({ label, isHeading: false })), panels: [panel] },
      legend: shown.length < 2 ? [] : shown.map((device) => ({ label: device, look: look(device) })),
    },
    caption: sentences(
      'Time of training steps under deterministic execution over that under default execution, by network and device; 1 is no overhead',
      measured[0] === undefined ? null : timedWords(measured[0]),
      'Where a profile is there, the time of its kernels alone counts, without an interval',
      intervalSentence(all.map((each) => ({ ...each, setting: '', seconds: null, peakBytes: 0, n: 0 }))),
      `On ${devices.join('; ')}`,
      arrowWords([panel]),
    ),
  };
}

const mostKernels = 20;

/** The paper's figure 8: the kernels to whose time determinism changed most, under both executions. */
export function topKernelsFigure(
  model: string,
  { profiler, setting, baseline, compared }: ComparedDeviceTime,
  edits: FigureEdits,
): DrawnMeasures<RowsChart> {
  const series = [baseline, setting];
  const shown = arrangedNames(series, edits);
  const look = looksOf(series, edits);
  const kernels = compared.kernels
    .filter(({ family }) => family !== 'memory')
    .toSorted(
      (one, other) =>
        Math.max(other.before.nanoseconds, other.after.nanoseconds) -
        Math.max(one.before.nanoseconds, one.after.nanoseconds),
    )
    .slice(0, mostKernels);
  const labels = uniqueLabels(
    kernels.map(({ short, instead }) => (instead.length === 0 ? short : `${short} *`)),
  );
  const panel: RowsPanel = {
    axis: { title: 'Device time (ms)', scale: 1e-6, fromZero: true },
    band: null,
    cells: kernels.map(({ before, after }) =>
      shown.map((name) => {
        const { nanoseconds } = name === baseline ? before : after;
        return valueMark(name, look(name), nanoseconds, null);
      }),
    ),
  };
  const share = (of: readonly number[]): string =>
    `${(100 * (of[Math.min(4, of.length - 1)] ?? 0)).toFixed(0)} %`;
  const substituted = kernels
    .filter(({ instead }) => instead.length > 0)
    .map(({ short, instead }) => `${short} stands for ${instead.map(shortName).join(', ')}`);
  return {
    chart: {
      ...{ kind: 'rows', rows: labels.map((label) => ({ label, isHeading: false })), panels: [panel] },
      legend: shown.map((name) => ({ label: name, look: look(name) })),
    },
    caption: sentences(
      `The kernels that take most of the device time of ${model} under ${baseline} and ${setting} execution, by ${profiler}`,
      compared.kernelRatio === null
        ? null
        : `All kernels together take ${compared.kernelRatio.toFixed(2)} times as long under ${setting} execution`,
      `The five that take most are ${share(compared.cumulative.before)} of the kernel time under ${baseline} and ${share(compared.cumulative.after)} under ${setting} execution`,
      substituted.length === 0 ? null : `Marked with *: ${substituted.join('; ')}`,
    ),
  };
}

/** Templates of one kernel share a short name. */
function uniqueLabels(labels: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return labels.map((label) => {
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  });
}
