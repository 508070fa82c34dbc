/** What a profiler counted of one kernel or transfer. */
export interface ProfiledActivity {
  readonly name: string;
  readonly kind: 'kernel' | 'memory';
  readonly calls: number;
  /** All calls together. */
  readonly nanoseconds: number;
}

/** What took time on a device while a program ran. */
export interface KernelProfile {
  readonly activities: readonly ProfiledActivity[];
}

/** What a kernel does, as far as its name tells. */
export const kernelFamilies = [
  'convolution: weight gradient',
  'convolution: input gradient',
  'convolution and matrix product',
  'batch normalisation',
  'pooling',
  'reduction and bias',
  'optimiser',
  'layout',
  'elementwise',
  'memory',
  'other',
] as const;
export type KernelFamily = (typeof kernelFamilies)[number];

const familyPatterns: readonly (readonly [KernelFamily, RegExp])[] = [
  ['convolution: weight gradient', /wgrad|backward_?filter|bwd_?filter|dw_kernel/i],
  ['convolution: input gradient', /dgrad|backward_?data|bwd_?data|backward_?input/i],
  ['batch normalisation', /\bbn_|batch_?norm|_bn_/i],
  ['pooling', /pool/i],
  ['optimiser', /Apply(Adam|GradientDescent|Momentum|RMSProp|Adagrad)|\badam|sgd_kernel/i],
  ['reduction and bias', /Bias(Grad|NCHW|NHWC)|bias_?(add|grad)|Reduce|reduction|softmax|Column|\bcub::/i],
  ['layout', /Shuffle|SwapDimension|transpose|nchwToNhwc|nhwcToNchw|PadInput|copy_kernel|im2col|col2im/i],
  [
    'convolution and matrix product',
    /scudnn|conv|gemm|cutlass|implicit|winograd|fprop|sm\d+_xmma|fft|cublas/i,
  ],
  ['elementwise', /Eigen|elementwise|CwiseOp|unary|binary|Relu|redzone/i],
];

/** The family of a kernel by its name; transfers are `memory`. */
export function familyOf({ name, kind }: Pick<ProfiledActivity, 'name' | 'kind'>): KernelFamily {
  if (kind === 'memory') return 'memory';
  return familyPatterns.find(([, pattern]) => pattern.test(name))?.[0] ?? 'other';
}

/** One name for a kernel, however a profiler writes the arguments of its templates: `(int)128` and `int=128` are 128. */
export function plainName(name: string): string {
  return name
    .replaceAll(/\b(?:int|bool|long|unsigned int|unsigned long)=(-?\w+)/g, '$1')
    .replaceAll(/\((?:int|bool|long|unsigned int|unsigned long)\)(-?\w+)/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The part of a name that a person reads: `wgrad_alg0_engine` of all its templates and arguments. */
export function shortName(name: string): string {
  const head = name.replace(/^void\s+/, '').replace(/[<(].*$/s, '');
  return head
    .slice(head.lastIndexOf('::') + 1)
    .replace(/^:/, '')
    .trim();
}

/** Times of kernels, of transfers, and of both. */
export interface ProfileTotals {
  readonly kernels: number;
  readonly memory: number;
  readonly all: number;
}

/** In nanoseconds. */
export function totalsOf({ activities }: KernelProfile): ProfileTotals {
  const sum = (kind: ProfiledActivity['kind']): number =>
    activities.reduce((total, each) => total + (each.kind === kind ? each.nanoseconds : 0), 0);
  const [kernels, memory] = [sum('kernel'), sum('memory')];
  return { kernels, memory, all: kernels + memory };
}

/**
 * How a kernel fares under the second execution: in both, in place of one of its family that is gone, there alone, or gone.
 */
export type KernelChange = 'matched' | 'substituted' | 'new' | 'gone';

/** A kernel in two profiles; where it is substituted, what stood in its place. */
export interface ComparedKernel {
  readonly name: string;
  /** Its {@link shortName}. */
  readonly short: string;
  readonly family: KernelFamily;
  readonly change: KernelChange;
  /** Names that it stands for; empty unless it is substituted. */
  readonly instead: readonly string[];
  /** Nanoseconds and calls of each execution. */
  readonly before: { readonly nanoseconds: number; readonly calls: number };
  readonly after: { readonly nanoseconds: number; readonly calls: number };
  /** What the second execution adds, in nanoseconds. */
  readonly added: number;
}

/** Two executions of one program, side by side. */
export interface ComparedProfiles {
  readonly before: ProfileTotals;
  readonly after: ProfileTotals;
  /** Time of the second over the first: of kernels alone, and of transfers too. Null where the first took none. */
  readonly kernelRatio: number | null;
  readonly allRatio: number | null;
  /** What was added most comes first. */
  readonly kernels: readonly ComparedKernel[];
  /** Share of all kernel time that the first 1, 2 ... 20 kernels of each execution take together. */
  readonly cumulative: { readonly before: readonly number[]; readonly after: readonly number[] };
}

/** As many kernels as the paper accumulates. */
const mostCumulated = 20;

/**
 * Compares the profiles of one program under two executions. A kernel that only one of them has is matched, within its family,
 * with those that only the other has: it stands in their place.
 */
export function compareProfiles(before: KernelProfile, after: KernelProfile): ComparedProfiles {
  const [first, second] = [byName(before), byName(after)];
  const names = new Set([...first.keys(), ...second.keys()]);
  const gone = [...first.values()].filter(({ name }) => !second.has(plainName(name)));
  const kernels = [...names].flatMap((key): ComparedKernel[] => {
    const [one, other] = [first.get(key), second.get(key)];
    const known = other ?? one;
    if (known === undefined) return [];
    const family = familyOf(known);
    const given = { name: known.name, short: shortName(known.name), family };
    if (one !== undefined && other !== undefined) return [rowOf(given, 'matched', [], [one], [other])];
    if (one !== undefined) return isReplaced(one, second, first) ? [] : [rowOf(given, 'gone', [], [one], [])];
    const replaced = gone.filter((each) => familyOf(each) === family);
    const isFirst = firstOfFamily(second, first, family)?.name === known.name;
    // What is gone of a family counts once, against the largest that came.
    const instead = isFirst ? replaced : [];
    const change = replaced.length === 0 ? 'new' : 'substituted';
    return [
      rowOf(
        given,
        change,
        replaced.map(({ name }) => name),
        instead,
        [known],
      ),
    ];
  });
  const [totals, later] = [totalsOf(before), totalsOf(after)];
  return {
    ...{ before: totals, after: later },
    kernelRatio: totals.kernels === 0 ? null : later.kernels / totals.kernels,
    allRatio: totals.all === 0 ? null : later.all / totals.all,
    kernels: kernels.toSorted((one, other) => other.added - one.added),
    cumulative: { before: cumulated(before), after: cumulated(after) },
  };
}

/** One entry a kernel, its calls from several lines added up. */
function byName({ activities }: KernelProfile): Map<string, ProfiledActivity> {
  const found = new Map<string, ProfiledActivity>();
  for (const activity of activities) {
    const key = plainName(activity.name);
    const known = found.get(key);
    found.set(key, {
      ...activity,
      calls: activity.calls + (known?.calls ?? 0),
      nanoseconds: activity.nanoseconds + (known?.nanoseconds ?? 0),
    });
  }
  return found;
}

type Named = ReadonlyMap<string, ProfiledActivity>;

function firstOfFamily(of: Named, others: Named, family: KernelFamily): ProfiledActivity | undefined {
  return [...of]
    .filter(([key, activity]) => !others.has(key) && familyOf(activity) === family)
    .map(([, activity]) => activity)
    .toSorted((one, other) => other.nanoseconds - one.nanoseconds)[0];
}

const isReplaced = (activity: ProfiledActivity, second: Named, first: Named): boolean =>
  firstOfFamily(second, first, familyOf(activity)) !== undefined;

function rowOf(
  given: Pick<ComparedKernel, 'name' | 'short' | 'family'>,
  change: KernelChange,
  instead: readonly string[],
  before: readonly ProfiledActivity[],
  after: readonly ProfiledActivity[],
): ComparedKernel {
  const sum = (of: readonly ProfiledActivity[]): ComparedKernel['before'] => ({
    nanoseconds: of.reduce((total, { nanoseconds }) => total + nanoseconds, 0),
    calls: of.reduce((total, { calls }) => total + calls, 0),
  });
  const [one, other] = [sum(before), sum(after)];
  return { ...given, change, instead, before: one, after: other, added: other.nanoseconds - one.nanoseconds };
}

function cumulated({ activities }: KernelProfile): number[] {
  const times = activities
    .filter(({ kind }) => kind === 'kernel')
    .map(({ nanoseconds }) => nanoseconds)
    .sort((one, other) => other - one);
  const whole = times.reduce((sum, time) => sum + time, 0);
  let sum = 0;
  return times.slice(0, mostCumulated).map((time) => {
    sum += time;
    return whole === 0 ? 0 : sum / whole;
  });
}

/**
 * Whether two profiles can be of the same steps of the same program: kernels that both have were called equally often.
 * @returns null where they can; else a kernel that was not, with its calls.
 */
export function differingCalls(
  before: KernelProfile,
  after: KernelProfile,
): { name: string; before: number; after: number } | null {
  const [first, second] = [byName(before), byName(after)];
  const shared = [...first].flatMap(([key, one]) => {
    const other = second.get(key);
    return other === undefined || one.kind === 'memory' ? [] : [{ one, other }];
  });
  const differing = shared.filter(({ one, other }) => one.calls !== other.calls);
  // A few kernels may be called less often for what replaces them; most are not.
  if (differing.length * 2 <= shared.length) return null;
  const [largest] = differing.toSorted((left, right) => right.one.nanoseconds - left.one.nanoseconds);
  return largest === undefined
    ? null
    : { name: largest.one.name, before: largest.one.calls, after: largest.other.calls };
}
