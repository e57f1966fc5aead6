import { type Drift, type Drifted } from './drift.ts';
import type { HourlyLife, KeptLife } from './hourly-life.ts';
import { isSurprising, type Suspicion } from './suspicion.ts';

/** What was normal before an operator said that what an entity does of late is: all that is needed to take it back. */
export interface Anchor extends Drifted {
  /** What was known of its hours; what a release up to 0.7.0 kept does not say. */
  readonly life?: KeptLife;
  /** Hours in a row that may have been an attack; where what comes next was to teach in full. */
  readonly suspectHours?: number;
}

interface Hour {
  readonly tail: number;
  readonly connections: number;
}

/** What was learnt before counts like a day of each class of hours. */
const DAY_HOURS = 24;

/**
 * That what an entity does of late is normal, said by an operator. How much it does now is known from an hour or two, and from the
 * recent mean: its rates are taken to be so many times what they were, with doubt, and what comes next teaches in full and soon
 * outweighs what was. Its habits are learnt within days by themselves.
 */
export class NewNormal {
  readonly #life: HourlyLife;
  readonly #drift: Drift;
  readonly #suspicion: Suspicion;

  constructor(life: HourlyLife, drift: Drift, suspicion: Suspicion) {
    this.#life = life;
    this.#drift = drift;
    this.#suspicion = suspicion;
  }

  /**
   * @param usual connections of such an hour
   * @param ofLate the last whole hour and the running one: how probable they were, and what was done in them
   */
  accept(row: number, usual: number, ofLate: readonly Hour[]): Anchor {
    const { doings, ventures } = this.#life;
    const life = this.#life.kept(row);
    const most = Math.max(...ofLate.map((each) => (isSurprising(each.tail) ? each.connections : 0)));
    const more = Math.max(
      1,
      ratio(most, usual),
      ratio(this.#drift.recent(row), doings.overall(row, 'opened')),
    );
    if (more > 1) this.#life.renew(row, DAY_HOURS, more);
    // Bytes come with connections: a magnitude more for each time that there are twice as many.
    const volume = doings.overall(row, 'volume') + Math.log2(more) * ventures.overall(row, 'occupied');
    const level = { connections: doings.overall(row, 'opened'), volume };
    const drifted = this.#drift.accept(row, level);
    return more > 1 ? { ...drifted, life, suspectHours: this.#suspicion.end(row) } : { ...drifted, life };
  }

  /** All is as it was; what was learnt since is taken back, too. */
  revert(row: number, before: Anchor): void {
    this.#drift.revert(row, before);
    if (before.life !== undefined) this.#life.restore(row, before.life);
    if (before.suspectHours !== undefined) this.#suspicion.revert(row, before.suspectHours);
  }
}

/** Of nothing, nothing is known to be more. */
function ratio(much: number, usual: number): number {
  return usual > 0 ? much / usual : 1;
}
