import type { StudyInput } from './study.ts';

/** Something that a preset leaves open. */
export interface PresetNeed {
  /** Path in the study, for `--set`. */
  path: string;
  /** What belongs there, for example `a folder of class folders of JPEG or PNG files`. */
  what: string;
}

/** A named study, ready to run. */
export interface Preset {
  name: string;
  title: string;
  /** What it is for, and where it departs from its reference and why. */
  description: string;
  /** Where the task comes from. */
  reference: string | null;
  /** What has to be given before it runs; empty in most. */
  needs: readonly PresetNeed[];
  /** The study as a study file would say it; values that it needs are empty text. */
  study: StudyInput;
}
