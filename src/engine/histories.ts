import {
  LazyRecords,
  Texts,
  type Uint16Column,
  type Uint32Column,
  type Uint8Column,
} from '../columns/index.ts';
import {
  type Baseline,
  type BehaviorClaim,
  Behaviors,
  type PeerGroups,
  SignInHabits,
} from '../behavior/index.ts';
import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import { SignIns } from '../trust/index.ts';
import type { EntityRows } from './entity-rows.ts';
import { SoftwareOf } from './software.ts';

/** The largest number of a sensor; one beyond it leaves an entity with the sensor that heard it before. */
const SENSOR_NUMBERS = 65_535;

/** How sign-ins and habits are said; a state of version 3 had no number for it. */
const FORM = 2;

/** What was learnt of an entity, allocated by need. */
interface Learnt {
  readonly signIns: SignIns | null;
  readonly habits: SignInHabits | null;
  readonly software: SoftwareOf | null;
  /** The key of the sensor that last gave a sign of its life: its silence excuses the entity's. */
  readonly heardBy: string | null;
  /** Somebody was answered by it. */
  readonly servesOthers: boolean;
}

/** What was learnt of an entity, for reading. */
export interface History extends Learnt {
  readonly baseline: Baseline | null;
}

/** What was learnt of an entity, as it moves when two identities turn out to be one. */
export interface MovingHistory extends Learnt {
  readonly behavior: BehaviorClaim | null;
}

/** A history as measuring reads it. */
export interface MeasuredHistory extends Omit<History, 'software' | 'habits'> {
  readonly software: Pick<SoftwareOf, 'vulnerabilities'> | null;
}

/** What was learnt of each entity of a partition. */
export class Histories implements Stateful {
  readonly behaviors;
  /** One more than the entity's row among the behaviours; 0 for none. */
  readonly #behavior: Uint32Column;
  readonly #signIns = new LazyRecords<SignIns>({
    say: (each) => each.snapshot(),
    of: (said) => lived(SignIns.of(said)),
  });
  readonly #habits = new LazyRecords<SignInHabits>({
    say: (each) => each.said(),
    of: (said) => lived(SignInHabits.of(said)),
  });
  readonly #software = new LazyRecords<SoftwareOf>({
    say: (each) => each.snapshot(),
    of: (said) => lived(SoftwareOf.of(said)),
  });
  readonly #sensors = new Texts();
  readonly #heardBy: Uint16Column;
  readonly #servesOthers: Uint8Column;

  constructor({ table }: EntityRows, peers?: PeerGroups) {
    this.behaviors = new Behaviors(peers);
    this.#behavior = table.u32('behavior');
    this.#heardBy = table.u16('heardBy');
    this.#servesOthers = table.u8('servesOthers');
  }

  of(row: number): History {
    const behavior = this.behavior(row);
    return {
      baseline: behavior === null ? null : this.behaviors.baseline(behavior),
      signIns: this.signIns(row),
      habits: this.habits(row),
      software: this.software(row),
      heardBy: this.heardBy(row),
      servesOthers: this.servesOthers(row),
    };
  }

  /** The entity's row among the behaviours. */
  behavior(row: number): number | null {
    const behavior = this.#behavior.at(row);
    return behavior === 0 ? null : behavior - 1;
  }

  makeBehavior(row: number): number {
    const made = this.behaviors.begin();
    this.#behavior.set(row, made + 1);
    return made;
  }

  signIns(row: number): SignIns | null {
    return this.#signIns.get(row) ?? null;
  }

  makeSignIns(row: number): SignIns {
    return this.signIns(row) ?? live(this.#signIns, row, new SignIns());
  }

  habits(row: number): SignInHabits | null {
    return this.#habits.get(row) ?? null;
  }

  makeHabits(row: number): SignInHabits {
    return this.habits(row) ?? live(this.#habits, row, new SignInHabits());
  }

  software(row: number): SoftwareOf | null {
    return this.#software.get(row) ?? null;
  }

  makeSoftware(row: number): SoftwareOf {
    return this.software(row) ?? live(this.#software, row, new SoftwareOf());
  }

  heardBy(row: number): string | null {
    const sensor = this.#heardBy.at(row);
    return sensor === 0 ? null : this.#sensors.at(sensor);
  }

  /** Those of the rows that one of these sensors heard last. */
  *heardByAny(sensors: readonly string[], rows: Iterable<number>): Iterable<number> {
    const numbers = new Set(sensors.map((each) => this.#sensors.find(each)));
    numbers.delete(0);
    if (numbers.size === 0) return;
    for (const row of rows) if (numbers.has(this.#heardBy.at(row))) yield row;
  }

  /** Gives the sensor that it was heard by until now, where that is another. */
  hear(row: number, sensor: string): string | null {
    const before = this.#heardBy.at(row);
    const last = before === 0 ? null : this.#sensors.at(before);
    if (last === sensor) return null;
    const heard = this.#sensors.hold(sensor);
    // A sender names its own producers: no number beyond the column's is written, where it would be another's.
    if (heard > SENSOR_NUMBERS) {
      this.#sensors.release(heard);
      return null;
    }
    this.#heardBy.set(row, heard);
    this.#sensors.release(before);
    return last;
  }

  servesOthers(row: number): boolean {
    return this.#servesOthers.at(row) === 1;
  }

  serve(row: number, servesOthers: boolean): void {
    this.#servesOthers.set(row, servesOthers ? 1 : 0);
  }

  /** Takes a history out, before its row is given up. */
  release(row: number): MovingHistory {
    const { baseline: _, ...learnt } = this.of(row);
    const history = { ...learnt, behavior: this.#releaseBehavior(row) };
    giveUp(this.#signIns, row);
    giveUp(this.#habits, row);
    giveUp(this.#software, row);
    this.#sensors.release(this.#heardBy.at(row));
    this.#heardBy.set(row, 0);
    this.serve(row, false);
    return history;
  }

  /** Takes over what it lacks; what it has of its own stays. */
  adopt(row: number, history: MovingHistory): void {
    if (history.behavior !== null) this.#adoptBehavior(row, history.behavior);
    this.#adoptSignIns(row, history.signIns);
    this.#adoptHabits(row, history.habits);
    if (history.heardBy !== null && this.heardBy(row) === null) this.hear(row, history.heardBy);
    if (history.servesOthers) this.serve(row, true);
    this.#adoptSoftware(row, history.software);
  }

  /** Gives back what was another's: what both had of their own, both keep. */
  disown(row: number, history: MovingHistory, servedBefore: boolean): void {
    const behavior = this.behavior(row);
    if (behavior !== null && history.behavior !== null) {
      if (this.behaviors.isClaimed(behavior, history.behavior)) this.#releaseBehavior(row);
    }
    if (this.signIns(row) === history.signIns) giveUp(this.#signIns, row);
    if (this.habits(row) === history.habits) giveUp(this.#habits, row);
    const own = this.software(row);
    if (own === history.software) giveUp(this.#software, row);
    else if (own !== null && history.software !== null) own.disown(history.software);
    this.serve(row, servedBefore);
  }

  /** Things of their own that are lived now, by row. */
  lived(): {
    readonly signIns: LazyRecords<SignIns>;
    readonly habits: LazyRecords<SignInHabits>;
    readonly software: LazyRecords<SoftwareOf>;
  } {
    return { signIns: this.#signIns, habits: this.#habits, software: this.#software };
  }

  save(to: StateWriter): void {
    to.plain('form', FORM);
    this.behaviors.save(to.part('behaviors'));
    this.#sensors.save(to.part('sensors'));
    this.#signIns.save(to.part('sign_ins'));
    this.#software.save(to.part('components'));
    this.#habits.save(to.part('habits'));
  }

  load(from: StateReader): void {
    this.behaviors.load(from.part('behaviors'));
    this.#sensors.load(from.part('sensors'));
    if (from.has('habits')) this.#habits.load(from.part('habits'));
    if (!from.has('sign_ins')) return this.#loadFirstForm(from);
    this.#signIns.load(from.part('sign_ins'));
    this.#software.load(from.part('components'));
    if (from.has('form')) return;
    this.#signIns.sayAnew();
    this.#habits.sayAnew();
  }

  #loadFirstForm(from: StateReader): void {
    this.#signIns.restore(from.records('signIns') as Iterable<[number, unknown]>);
    this.#software.restore(from.records('software') as Iterable<[number, unknown]>);
  }

  /** What another in a chain of merges was given back already stays its own. */
  #adoptSignIns(row: number, signIns: SignIns | null): void {
    if (signIns === null || signIns.isLived || this.signIns(row) !== null) return;
    live(this.#signIns, row, signIns);
  }

  #adoptHabits(row: number, habits: SignInHabits | null): void {
    if (habits === null || habits.isLived || this.habits(row) !== null) return;
    live(this.#habits, row, habits);
  }

  #adoptSoftware(row: number, software: SoftwareOf | null): void {
    if (software === null || software.isLived) return;
    const own = this.software(row);
    if (own === null) live(this.#software, row, software);
    else own.adopt(software);
  }

  #releaseBehavior(row: number): BehaviorClaim | null {
    const behavior = this.behavior(row);
    this.#behavior.set(row, 0);
    return behavior === null ? null : this.behaviors.release(behavior);
  }

  #adoptBehavior(row: number, claim: BehaviorClaim): void {
    if (this.behavior(row) !== null) return;
    const adopted = this.behaviors.adopt(claim);
    if (adopted !== null) this.#behavior.set(row, adopted + 1);
  }
}

/** What an entity has, or would have if its identity had not merged. */
interface Lived {
  isLived: boolean;
}

function lived<T extends Lived>(thing: T): T {
  thing.isLived = true;
  return thing;
}

function live<T extends Lived>(records: LazyRecords<T>, row: number, thing: T): T {
  records.set(row, lived(thing));
  return thing;
}

function giveUp<T extends Lived>(records: LazyRecords<T>, row: number): void {
  const own = records.get(row);
  if (own !== undefined) own.isLived = false;
  records.delete(row);
}
