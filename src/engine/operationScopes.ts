import type { TensorFlow } from './tensorFlow.ts';

/** tfjs ends the name of the scope that it opens for an op (as against a `tidy`) with this. */
const operationSuffix = '__op';

interface ScopedEngine {
  startScope(name?: string): void;
  endScope(result?: unknown): void;
}

/** Watches which tfjs ops (`conv2d`, `dropout`, ...) are being run: one op calls others. */
export class OperationScopes {
  readonly #tf: TensorFlow;
  #open: (string | undefined)[] = [];

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  /** The tfjs op being run, if any. */
  get innermost(): string | undefined {
    return this.#open.findLast((name) => name !== undefined);
  }

  /** Runs `body`; `started` is called with the name of each tfjs op before it starts, and may throw. */
  watch<T>(started: (operation: string) => void, body: () => T): T {
    const engine = this.#tf.engine() as unknown as ScopedEngine;
    const startScope = engine.startScope.bind(engine);
    const endScope = engine.endScope.bind(engine);
    this.#open = [];
    engine.startScope = (name) => {
      const operation =
        name?.endsWith(operationSuffix) === true ? name.slice(0, -operationSuffix.length) : undefined;
      if (operation !== undefined) started(operation);
      this.#open.push(operation);
      startScope(name);
    };
    engine.endScope = (result) => {
      this.#open.pop();
      endScope(result);
    };
    try {
      return body();
    } finally {
      Reflect.deleteProperty(engine, 'startScope');
      Reflect.deleteProperty(engine, 'endScope');
      this.#open = [];
    }
  }
}
