import { Texts, type Uint16Column, type Uint8Column } from '../columns/index.ts';
import { BehaviorOf, type WorkCalendar } from '../behavior/index.ts';
import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import { SignIns } from '../trust/index.ts';
import type { EntityRows } from './entity-rows.ts';
import { SoftwareOf } from './software.ts';

/** What was learnt of an entity, allocated by need: what moves when two identities turn out to be one. */
export interface History {
  readonly behavior: BehaviorOf | null;
  readonly signIns: SignIns | null;
  readonly software: SoftwareOf | null;
  /** The key of the sensor that last gave a sign of its life: its silence excuses the entity's. */
  readonly heardBy: string | null;
  /** Somebody was answered by it. */
  readonly servesOthers: boolean;
}

/** What was learnt of each entity of a partition. */
export class Histories implements Stateful {
  readonly #behaviors = new Map<number, BehaviorOf>();
  readonly #signIns = new Map<number, SignIns>();
  readonly #software = new Map<number, SoftwareOf>();
  readonly #sensors = new Texts();
  readonly #heardBy: Uint16Column;
  readonly #servesOthers: Uint8Column;

  constructor({ table }: EntityRows) {
    this.#heardBy = table.u16('heardBy');
    this.#servesOthers = table.u8('servesOthers');
  }

  of(row: number): History {
    return {
      behavior: this.behavior(row),
      signIns: this.signIns(row),
      software: this.software(row),
      heardBy: this.heardBy(row),
      servesOthers: this.servesOthers(row),
    };
  }

  behavior(row: number): BehaviorOf | null {
    return this.#behaviors.get(row) ?? null;
  }

  makeBehavior(row: number, isWorkHour: WorkCalendar): BehaviorOf {
    const made = new BehaviorOf(isWorkHour);
    this.#behaviors.set(row, made);
    return made;
  }

  signIns(row: number): SignIns | null {
    return this.#signIns.get(row) ?? null;
  }

  makeSignIns(row: number): SignIns {
    return madeIn(this.#signIns, row, () => new SignIns());
  }

  software(row: number): SoftwareOf | null {
    return this.#software.get(row) ?? null;
  }

  makeSoftware(row: number): SoftwareOf {
    return madeIn(this.#software, row, () => new SoftwareOf());
  }

  heardBy(row: number): string | null {
    const sensor = this.#heardBy.at(row);
    return sensor === 0 ? null : this.#sensors.at(sensor);
  }

  hear(row: number, sensor: string): void {
    const before = this.#heardBy.at(row);
    if (before !== 0 && this.#sensors.at(before) === sensor) return;
    this.#heardBy.set(row, this.#sensors.hold(sensor));
    this.#sensors.release(before);
  }

  servesOthers(row: number): boolean {
    return this.#servesOthers.at(row) === 1;
  }

  serve(row: number, servesOthers: boolean): void {
    this.#servesOthers.set(row, servesOthers ? 1 : 0);
  }

  /** Takes a history out, before its row is given up. */
  release(row: number): History {
    const history = this.of(row);
    this.#behaviors.delete(row);
    this.#signIns.delete(row);
    this.#software.delete(row);
    this.#sensors.release(this.#heardBy.at(row));
    this.#heardBy.set(row, 0);
    this.serve(row, false);
    return history;
  }

  /** Takes over what it lacks; what it has of its own stays. */
  adopt(row: number, history: History): void {
    lend(this.#behaviors, row, history.behavior);
    lend(this.#signIns, row, history.signIns);
    if (history.heardBy !== null && this.heardBy(row) === null) this.hear(row, history.heardBy);
    if (history.servesOthers) this.serve(row, true);
    const own = this.software(row);
    if (own === null) lend(this.#software, row, history.software);
    else if (history.software !== null) own.adopt(history.software);
  }

  /** Gives back what was another's: what both had of their own, both keep. */
  disown(row: number, history: History, servedBefore: boolean): void {
    if (this.behavior(row) === history.behavior) this.#behaviors.delete(row);
    if (this.signIns(row) === history.signIns) this.#signIns.delete(row);
    const own = this.software(row);
    if (own === history.software) this.#software.delete(row);
    else if (own !== null && history.software !== null) own.disown(history.software);
    this.serve(row, servedBefore);
  }

  save(to: StateWriter): void {
    this.#sensors.save(to.part('sensors'));
    to.records(
      'signIns',
      [...this.#signIns].map(([row, each]) => [row, each.snapshot()]),
    );
    to.records(
      'software',
      [...this.#software].map(([row, each]) => [row, each.snapshot()]),
    );
  }

  load(from: StateReader): void {
    this.#sensors.load(from.part('sensors'));
    for (const each of from.records('signIns')) {
      const [row, hours] = each as [number, ReturnType<SignIns['snapshot']>];
      this.#signIns.set(row, SignIns.of(hours));
    }
    for (const each of from.records('software')) {
      const [row, found] = each as [number, ReturnType<SoftwareOf['snapshot']>];
      this.#software.set(row, SoftwareOf.of(found));
    }
  }
}

function madeIn<V>(all: Map<number, V>, row: number, make: () => V): V {
  let own = all.get(row);
  if (own === undefined) all.set(row, (own = make()));
  return own;
}

function lend<V>(all: Map<number, V>, row: number, from: V | null): void {
  if (from !== null && !all.has(row)) all.set(row, from);
}
