/** What performance is promised by: the keys of docs/performance.md, their units and goals. */
export const GOALS = {
  'ingest.json.ratio': { unit: '×', atLeast: 1.5 },
  'ingest.tsv.ratio': { unit: '×', atLeast: 2 },
  'ingest.cores.ratio': { unit: '×', atLeast: 1.6 },
  'ingest.events_per_s': { unit: 'events/s', atLeast: null },
  'visible.p99_ms': { unit: 'ms', atMost: 20 },
  'visible.fdatasync_ms': { unit: 'ms', atMost: null },
  'batch.held_ms': { unit: 'ms', atMost: 20 },
  'batch.query.p99_ms': { unit: 'ms', atMost: 50 },
  'fleet.query.ratio': { unit: '×', atMost: 1.2 },
  'entity.query.p99_ms': { unit: 'ms', atMost: 1 },
  'memory.bytes_per_entity': { unit: 'bytes', atMost: 3_000 },
  'memory.busiest_bytes_per_entity': { unit: 'bytes', atMost: 8_000 },
  'history.bytes_per_entity_day': { unit: 'bytes', atMost: 2_000 },
  'restart.seconds': { unit: 's', atMost: 15 },
  'restart.caught_up_s': { unit: 's', atMost: 15 },
  'asof.entity.p99_ms': { unit: 'ms', atMost: 20 },
  'asof.fleet.p99_ms': { unit: 'ms', atMost: 200 },
  'intel.bytes_per_indicator': { unit: 'bytes', atMost: 70 },
  'intel.engine.bytes_per_indicator': { unit: 'bytes', atMost: 70 },
  'intel.load_s': { unit: 's', atMost: 3 },
  'intel.import.lines_per_s': { unit: 'lines/s', atLeast: 300_000 },
  'intel.import.turn_ms': { unit: 'ms', atMost: 20 },
  'intel.import.longest_turn_300k_ms': { unit: 'ms', atMost: 20 },
  'intel.import.longest_turn_1m_ms': { unit: 'ms', atMost: 20 },
  'intel.lookup.ratio': { unit: '×', atLeast: 2 },
  'intel.lookup.hash_ratio': { unit: '×', atLeast: 1 },
  'intel.memory.ratio': { unit: '×', atMost: 0.4 },
  'intel.build.longest_ms': { unit: 'ms', atMost: 20 },
  'intel.swap.wrong': { unit: 'answers', atMost: 0 },
  'intel.swap.p99_ratio': { unit: '×', atMost: 1.2 },
  'intel.look_back_ms': { unit: 'ms', atMost: 500 },
  'intel.advisories_s': { unit: 's', atMost: 2 },
  'intel.advisory_change_ms': { unit: 'ms', atMost: 5 },
  'policy.decision_us': { unit: 'µs', atMost: 1 },
  'mcp.overhead.ratio': { unit: '×', atMost: 1.3 },
  'aggregation.round_10k_ms': { unit: 'ms', atMost: 100 },
  'aggregation.round_1m_s': { unit: 's', atMost: 3 },
  'aggregation.memory_mb': { unit: 'MB', atMost: 300 },
} as const satisfies Record<string, Goal>;

type Goal = { readonly unit: string } & (
  | { readonly atLeast: number | null }
  | { readonly atMost: number | null }
);
export type Key = keyof typeof GOALS;

export interface Figure {
  readonly key: Key;
  /** `null` where it cannot be measured yet; the note says why. */
  readonly value: number | null;
  readonly unit: string;
  readonly goal: string | null;
  /** Never `true` at another scale than the goal's; `null` where there is no goal or nothing can be said. */
  readonly met: boolean | null;
  readonly runs: {
    readonly count: number;
    readonly min: number;
    readonly median: number;
    readonly max: number;
  } | null;
  readonly note: string;
}

export interface Measured {
  readonly value: number;
  readonly runs: readonly number[];
  /** How it was measured, and what else was seen. */
  readonly note: string;
  /** Set where it was measured at less than the goal's scale: then it can miss the goal, not meet it. */
  readonly belowScale?: boolean;
}

export function figure(key: Key, { value, runs, note, belowScale = false }: Measured): Figure {
  const reached = isReached(key, value);
  return {
    ...described(key),
    value: rounded(value),
    met: reached === true && belowScale ? null : reached,
    runs: {
      count: runs.length,
      min: rounded(Math.min(...runs)),
      median: rounded(quantile(runs, 0.5)),
      max: rounded(Math.max(...runs)),
    },
    note,
  };
}

export function notMeasured(key: Key, reason: string): Figure {
  return { ...described(key), value: null, met: null, runs: null, note: reason };
}

/** Which way is better. */
export function isHigherBetter(key: Key): boolean {
  return 'atLeast' in GOALS[key];
}

/** The value below which a share of the runs lies (nearest rank). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? sorted[0];
  if (value === undefined) throw new RangeError('a quantile needs at least one value');
  return value;
}

/** How cost grows: 0 is constant, 1 linear; the exponent between two sizes. */
export function slope(
  small: readonly [n: number, cost: number],
  large: readonly [n: number, cost: number],
): number {
  return Math.log(large[1] / small[1]) / Math.log(large[0] / small[0]);
}

/** For people: how cost grows, and whether that is a defect. Noise makes a linear cost look a little steeper. */
export function growthNote(growth: number): string {
  const verdict = growth > 1.1 ? '; above linear, a DEFECT' : '';
  return `slope ${rounded(growth)} (0 constant, 1 linear${verdict})`;
}

function described(key: Key): Pick<Figure, 'key' | 'unit' | 'goal'> {
  const goal: Goal = GOALS[key];
  const [sign, bound] = 'atLeast' in goal ? ['≥', goal.atLeast] : ['≤', goal.atMost];
  return { key, unit: goal.unit, goal: bound === null ? null : `${sign} ${bound}` };
}

function isReached(key: Key, value: number): boolean | null {
  const goal: Goal = GOALS[key];
  if ('atLeast' in goal) return goal.atLeast === null ? null : value >= goal.atLeast;
  return goal.atMost === null ? null : value <= goal.atMost;
}

/** Four digits say all that a run on a shared machine can. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
