import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoisefloorError } from '../study/errors.ts';
import { bindingOf, type BindingValues, type NativeBinding } from './binding.ts';
import { dataTypeCode, elementCount, type DataType } from './dataTypes.ts';
import type { GraphDefinition, GraphOutput } from './graphDefinition.ts';
import type { TensorFlow } from './tensorFlow.ts';

/** A placeholder that a call feeds. */
export interface FeedSpecification {
  readonly name: GraphOutput;
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

export type FetchedValues = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** A call of a session with fixed feeds and fetches: values of the feeds in, values of the fetches out, in order. */
export type SessionCall = (...values: BindingValues[]) => FetchedValues[];

/** Fetched values with their shape. */
export interface FetchedTensor {
  readonly shape: readonly number[];
  readonly values: FetchedValues;
}

/** A graph loaded into TensorFlow. Its variables live until it is disposed of. */
export class GraphSession {
  readonly #binding: NativeBinding;
  readonly #id: number;
  #open = true;

  /**
   * Loads a graph.
   * @throws NoisefloorError `graph-invalid` with TensorFlow's message, which names the node, its op and, where one is
   *   missing, the attribute.
   */
  constructor(tf: TensorFlow, graph: GraphDefinition) {
    this.#binding = bindingOf(tf);
    const folder = mkdtempSync(join(tmpdir(), 'noisefloor-graph-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), graph.serialize());
      this.#id = this.#binding.loadSavedModel(folder, 'serve');
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new NoisefloorError('graph-invalid', `TensorFlow refused the recorded graph: ${message}`, {
        cause,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * Prepares a call. TensorFlow optimises the graph for it when it is first made.
   * @throws from the call: NoisefloorError `feed-shape` if a value has the wrong number of elements, `step-failed` with
   *   TensorFlow's message if an op fails.
   */
  prepare(feeds: readonly FeedSpecification[], fetches: readonly GraphOutput[]): SessionCall {
    const call = this.prepareShaped(feeds, fetches);
    return (...values) => call(...values).map(({ values: fetched }) => fetched);
  }

  /** As {@link prepare}, with the shapes of what is fetched. */
  prepareShaped(
    feeds: readonly FeedSpecification[],
    fetches: readonly GraphOutput[],
  ): (...values: BindingValues[]) => FetchedTensor[] {
    const feedNames = feeds.map(({ name }) => `${name}:0`).join(',');
    const fetchNames = fetches.map((name) => (name.includes(':') ? name : `${name}:0`)).join(',');
    const specifications = feeds.map((feed) => ({ ...feed, count: elementCount(feed.shape) }));
    return (...values) => {
      if (!this.#open)
        throw new NoisefloorError('session-closed', 'The TensorFlow session has been disposed of.');
      const ids: number[] = [];
      try {
        specifications.forEach(({ name, dtype, shape, count }, index) => {
          const value = values[index];
          if (value?.length !== count) {
            throw new NoisefloorError(
              'feed-shape',
              `Feeding ${name}: expected ${String(count)} numbers for shape [${shape.join(', ')}], got ${String(value?.length)}.`,
            );
          }
          ids.push(this.#binding.createTensor(shape, dataTypeCode(dtype), value));
        });
        return this.#run(ids, feedNames, fetchNames);
      } finally {
        for (const id of ids) this.#binding.deleteTensor(id);
      }
    };
  }

  #run(ids: readonly number[], feedNames: string, fetchNames: string): FetchedTensor[] {
    let results;
    try {
      results = this.#binding.runSavedModel(this.#id, ids, feedNames, fetchNames);
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new NoisefloorError('step-failed', `TensorFlow failed to run a compiled step: ${message}`, {
        cause,
      });
    }
    return results.map(({ id, shape }) => {
      const values = this.#binding.tensorDataSync(id);
      this.#binding.deleteTensor(id);
      if (Array.isArray(values)) throw new NoisefloorError('step-failed', 'A fetched tensor holds strings.');
      return { shape, values };
    });
  }

  /** Frees the graph and its variables; calling it again does nothing. */
  dispose(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#binding.deleteSavedModel(this.#id);
  }
}
