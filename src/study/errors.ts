/** An error that a person can act on: its message says what happened, where, and what to do. */
export class NoisefloorError extends Error {
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  /**
   * @param code kebab-case name of the kind of error, stable across versions.
   * @param message what happened, where, and what to do.
   */
  constructor(
    code: string,
    message: string,
    options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'NoisefloorError';
    this.code = code;
    this.details = options.details ?? {};
  }
}
