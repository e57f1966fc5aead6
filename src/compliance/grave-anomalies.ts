import { type Anomaly, type EpochMs, rank, SEVERITIES } from '../model/index.ts';

type Handling = Pick<Anomaly, 'severity' | 'status' | 'detectedAt'>;

/** Since when each of some anomalies waits for somebody. */
export interface Waiting {
  /** How many were detected before an instant. */
  before(instant: EpochMs): number;
  /** When the first of them was detected. */
  readonly first: EpochMs | null;
}

/** The open anomalies of severity high or critical, and those of them that nobody took up, or contained. */
export interface GraveAnomalies {
  readonly open: number;
  readonly unacknowledged: Waiting;
  readonly uncontained: Waiting;
}

/** Kept as anomalies come, change and close: who asks how they are handled looks at none of them. */
export class GraveTally implements GraveAnomalies {
  readonly unacknowledged = new Instants();
  readonly uncontained = new Instants();
  #open = 0;

  static of(anomalies: Iterable<Handling>): GraveTally {
    const tally = new GraveTally();
    for (const each of anomalies) tally.count(each, 1);
    return tally;
  }

  get open(): number {
    return this.#open;
  }

  /** One that came, or exactly what came before and is no more. */
  count({ severity, status, detectedAt }: Handling, sign: 1 | -1): void {
    if (status === 'closed' || rank(SEVERITIES, severity) < rank(SEVERITIES, 'high')) return;
    this.#open += sign;
    if (status === 'open') this.unacknowledged.count(detectedAt, sign);
    if (status !== 'contained') this.uncontained.count(detectedAt, sign);
  }
}

/** Those of several parts of a fleet. */
export function graveInAll(parts: readonly GraveAnomalies[]): GraveAnomalies {
  return {
    open: parts.reduce((sum, { open }) => sum + open, 0),
    unacknowledged: waitingInAll(parts.map(({ unacknowledged }) => unacknowledged)),
    uncontained: waitingInAll(parts.map(({ uncontained }) => uncontained)),
  };
}

function waitingInAll(parts: readonly Waiting[]): Waiting {
  const firsts = parts.flatMap(({ first }) => first ?? []);
  return {
    before: (instant) => parts.reduce((sum, part) => sum + part.before(instant), 0),
    first: firsts.length === 0 ? null : Math.min(...firsts),
  };
}

/** Instants in their order, with repetition. Most that come are the latest: they go to the end. */
class Instants implements Waiting {
  readonly #sorted: EpochMs[] = [];

  get first(): EpochMs | null {
    return this.#sorted[0] ?? null;
  }

  before(instant: EpochMs): number {
    const sorted = this.#sorted;
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? instant) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  count(instant: EpochMs, sign: 1 | -1): void {
    if (sign === 1) this.#sorted.splice(this.before(instant), 0, instant);
    else this.#sorted.splice(this.before(instant), 1);
  }
}
