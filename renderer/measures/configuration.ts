/** One setting: where it stands, and its value as JSON. */
export interface Setting {
  readonly path: string;
  readonly value: string;
}

/** Every value inside an object of objects, by its path; arrays are one value. */
export function settingsOf(value: unknown, path = ''): Setting[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) =>
      settingsOf(inner, path === '' ? key : `${path}.${key}`),
    );
  }
  return [{ path, value: typeof value === 'string' ? value : JSON.stringify(value) }];
}

/** A setting of several configurations; null where one has none. */
export interface ComparedSetting {
  readonly path: string;
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
}

/** @returns every setting of the configurations, in the order in which they first name it. */
export function comparedSettings(configurations: readonly unknown[]): ComparedSetting[] {
  const settings = configurations.map(
    (configuration) => new Map(settingsOf(configuration).map(({ path, value }) => [path, value])),
  );
  const paths = new Set(settings.flatMap((each) => [...each.keys()]));
  return [...paths].map((path) => {
    const values = settings.map((each) => each.get(path) ?? null);
    return { path, values, differs: values.some((value) => value !== values[0]) };
  });
}
