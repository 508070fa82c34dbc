import { inject, type InjectionKey } from 'vue';

/** Asks a person for a folder by a dialog of the system. @returns its path, or null where none was chosen. */
export type PathChooser = () => Promise<string | null>;

/** Provided by windows that have such a dialog; a browser has none. */
export const choosePathKey: InjectionKey<PathChooser> = Symbol('dialog for folders');

export function useChoosePath(): PathChooser | null {
  return inject(choosePathKey, null);
}
