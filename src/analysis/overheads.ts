import { compareProfiles, type ComparedProfiles, type ProfiledActivity } from './kernelProfile.ts';
import { mean } from './mean.ts';
import { overheadRatio, type OverheadRatio } from './overheadRatio.ts';

/** What one process took under a setting. */
export interface TimedTrial {
  readonly model: string;
  readonly setting: string;
  readonly round: number;
  readonly seconds: number;
  readonly peakBytes: number;
  /** What it computed on, in words. */
  readonly device: string;
}

/** A profile of a setting. */
export interface SettingProfile {
  readonly model: string;
  readonly setting: string;
  readonly profiler: string;
  readonly activities: readonly ProfiledActivity[];
  /** What the reference's script takes for its time; null where it is not known. */
  readonly referenceTime: number | null;
}

/** How one setting compares with the first. */
export interface ComparedSetting extends OverheadRatio {
  readonly setting: string;
  /** Mean over the rounds, of all timed steps. */
  readonly seconds: number | null;
  /** The largest over the rounds. */
  readonly peakBytes: number;
}

/** The kernels of one setting against those of the first. */
export interface ComparedDeviceTime {
  readonly profiler: string;
  readonly setting: string;
  readonly baseline: string;
  readonly compared: ComparedProfiles;
  /** Of the times as the reference's script takes them: it ignores their units. */
  readonly referenceRatio: number | null;
}

/** A network under several execution configurations. */
export interface ComparedModel {
  readonly model: string;
  /** Null where nothing was timed. */
  readonly device: string | null;
  /** The first is what the others are compared with; none where nothing was timed. */
  readonly settings: readonly ComparedSetting[];
  readonly profiles: readonly ComparedDeviceTime[];
  /** Why it could not be timed to the end; null where it was. */
  readonly failure: string | null;
}

/** How every setting compares with the first, in rounds in which both were timed. */
export function compareSettings(
  settings: readonly string[],
  trials: readonly Pick<TimedTrial, 'setting' | 'round' | 'seconds' | 'peakBytes'>[],
): ComparedSetting[] {
  const of = (name: string | undefined) =>
    trials.filter(({ setting }) => setting === name).toSorted((one, other) => one.round - other.round);
  const baseline = of(settings[0]);
  return settings.map((setting) => {
    const mine = of(setting);
    const shared = mine.flatMap((trial) => {
      const same = baseline.find(({ round }) => round === trial.round);
      return same === undefined ? [] : [{ first: same.seconds, second: trial.seconds }];
    });
    return {
      ...{ setting, seconds: mean(mine.map(({ seconds }) => seconds)) },
      peakBytes: mine.reduce((most, { peakBytes }) => Math.max(most, peakBytes), 0),
      ...overheadRatio(
        shared.map(({ first }) => first),
        shared.map(({ second }) => second),
      ),
    };
  });
}

/**
 * Every network of a measurement, in the order given.
 * @param settings the first is what the others are compared with.
 */
export function compareModels(
  models: readonly string[],
  settings: readonly string[],
  given: {
    readonly trials: readonly TimedTrial[];
    readonly profiles: readonly SettingProfile[];
    readonly failures: readonly { readonly model: string; readonly reason: string }[];
  },
): ComparedModel[] {
  return models.map((model) => {
    const trials = given.trials.filter((trial) => trial.model === model);
    return {
      ...{ model, device: trials[0]?.device ?? null },
      settings: trials.length === 0 ? [] : compareSettings(settings, trials),
      profiles: deviceTimes(
        settings,
        given.profiles.filter((profile) => profile.model === model),
      ),
      failure: given.failures.find((failure) => failure.model === model)?.reason ?? null,
    };
  });
}

function deviceTimes(settings: readonly string[], profiles: readonly SettingProfile[]): ComparedDeviceTime[] {
  const [baseline, ...others] = settings;
  if (baseline === undefined) return [];
  return [...new Set(profiles.map(({ profiler }) => profiler))].flatMap((profiler) => {
    const of = (setting: string) =>
      profiles.find((profile) => profile.profiler === profiler && profile.setting === setting);
    const first = of(baseline);
    if (first === undefined) return [];
    return others.flatMap((setting) => {
      const second = of(setting);
      if (second === undefined) return [];
      const [before, after] = [first.referenceTime, second.referenceTime];
      const referenceRatio = before === null || after === null ? null : after / before;
      return [{ profiler, setting, baseline, compared: compareProfiles(first, second), referenceRatio }];
    });
  });
}
