import { DAY_MS, type EpochMs } from '../model/index.ts';
import { clockOf } from './clock.fixture.ts';
import { Behaviors } from './behaviors.ts';
import type { Contact } from './contact.ts';
import { PlainBehavior } from './plain-behavior.fixture.ts';

export const START = Date.UTC(2026, 2, 2);
export const HOMES = 2;
const ENTITIES = 3;
/** The plain objects look for these; tests of their own hold the other detectors. */
const COMPARED: ReadonlySet<string> = new Set(['lateral_movement_attempt', 'port_scan']);
/** What the columns say, and what the plain objects say. */
export type Both = readonly [columns: unknown, plain: unknown];
export const clock = clockOf((time) => new Date(time).getUTCHours() % 3 === 0);
const enrolments = [null, START - 3 * DAY_MS, START + DAY_MS];

/** The same entities twice: as columns in several homes, and as plain objects. */
export class Lives {
  readonly #homes = Array.from({ length: HOMES }, () => new Behaviors());
  readonly #rows = Array.from({ length: ENTITIES }, (_, i) => ({
    home: i % HOMES,
    row: this.#home(i % HOMES).begin(),
  }));
  readonly #plain = Array.from({ length: ENTITIES }, () => new PlainBehavior(clock));
  now = START;

  observe(who: number, seen: Contact): Both {
    const enrolledAt = enrolments[who] ?? null;
    const { home, row } = this.#at(who);
    const observed = home.observe(row, seen, {
      enrolledAt,
      kind: null,
      roles: [],
      now: Number.POSITIVE_INFINITY,
      clock,
    });
    const told = observed.detections
      .filter(({ type }) => COMPARED.has(type))
      .map(({ type, evidence }) => [type, evidence[0]?.count]);
    return [{ told, deviationMoved: observed.deviationMoved }, this.#of(who).observe(seen, enrolledAt)];
  }

  hear(who: number, time: EpochMs, steadySince: EpochMs): void {
    const { home, row } = this.#at(who);
    home.hear(row, time, steadySince);
    this.#of(who).hear(time, steadySince);
  }

  advance(who: number): Both {
    const { home, row } = this.#at(who);
    return [home.advance(row, this.now, { clock }), this.#of(who).baseline.advance(this.now)];
  }

  /** From one home to another, or out and in again. */
  move(who: number, to: number): void {
    const { home, row } = this.#at(who);
    const adopted = this.#home(to).adopt(home.release(row));
    if (adopted === null) throw new Error('a row that was given away is somebody’s');
    this.#rows[who] = { home: to, row: adopted };
  }

  /** Something else takes the place of a home. */
  replace(which: number, by: (home: Behaviors) => Behaviors): void {
    this.#homes[which] = by(this.#home(which));
  }

  /** All that can be asked of an entity. */
  readings(who: number): Both {
    const { home, row } = this.#at(who);
    const plain = this.#of(who);
    const enrolledAt = enrolments[who] ?? null;
    const deadlines = (of: (since: EpochMs) => EpochMs | null) => [of(0), of(this.now)];
    return [
      [
        readings(home.baseline(row), enrolledAt, this.now),
        deadlines((since) => home.offlineDeadline(row, since)),
      ],
      [readings(plain.baseline, enrolledAt, this.now), deadlines((since) => plain.offlineDeadline(since))],
    ];
  }

  #home(which: number): Behaviors {
    return this.#homes[which] as Behaviors;
  }

  #of(who: number): PlainBehavior {
    return this.#plain[who] as PlainBehavior;
  }

  #at(who: number): { home: Behaviors; row: number } {
    const { home, row } = this.#rows[who] as { home: number; row: number };
    return { home: this.#home(home), row };
  }
}

function readings(
  baseline: PlainBehavior['baseline'] | ReturnType<Behaviors['baseline']>,
  enrolledAt: EpochMs | null,
  now: EpochMs,
) {
  return {
    deviation: baseline.deviation,
    // An hour that does not deviate is not spoken of.
    departure: baseline.deviation > 0 ? baseline.departure(clock) : null,
    connectionsPerHour: baseline.connectionsPerHour,
    occupancy: baseline.occupancy,
    daysWithData: baseline.daysWithData,
    destinations: baseline.knownDestinations(),
    begin: baseline.begin(enrolledAt),
    establishedAt: baseline.establishedAt(enrolledAt, now),
    maturity: baseline.maturity(enrolledAt, now),
  };
}
