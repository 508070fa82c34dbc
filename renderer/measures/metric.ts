/** A number that every epoch of a replicate has. */
export interface Metric {
  readonly key: MetricKey;
  readonly label: string;
  /** As it stands inside a sentence. */
  readonly phrase: string;
  /** What values are multiplied with to be shown. */
  readonly scale: number;
  /** Of a value, and of a difference between values. */
  readonly unit: string;
  readonly differenceUnit: string;
  readonly better: 'higher' | 'lower';
}

export const metricKeys = ['testAccuracy', 'testLoss', 'accuracy', 'loss'] as const;
export type MetricKey = (typeof metricKeys)[number];

const fraction = { scale: 100, unit: '%', differenceUnit: 'percentage points', better: 'higher' } as const;
const loss = { scale: 1, unit: '', differenceUnit: '', better: 'lower' } as const;

const metrics: Record<MetricKey, Metric> = {
  testAccuracy: { key: 'testAccuracy', label: 'Test accuracy', phrase: 'test accuracy', ...fraction },
  testLoss: { key: 'testLoss', label: 'Test loss', phrase: 'test loss', ...loss },
  accuracy: { key: 'accuracy', label: 'Training accuracy', phrase: 'training accuracy', ...fraction },
  loss: { key: 'loss', label: 'Training loss', phrase: 'training loss', ...loss },
};

export function metricOf(key: MetricKey): Metric {
  return metrics[key];
}
