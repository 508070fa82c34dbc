import type { TensorFlow } from './tensorFlow.ts';

/** Runs `body` and disposes of the tensors it made, whatever it returns: `tf.tidy` for results that hold no tensors. */
export function inScope<T>(tf: TensorFlow, body: () => T): T {
  const engine = tf.engine();
  engine.startScope();
  try {
    return body();
  } finally {
    engine.endScope();
  }
}
