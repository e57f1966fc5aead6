import type { StateReader, Stateful, StateWriter } from '../../model/index.ts';
import { Runs, Table } from '../../columns/index.ts';
import { keyOf } from './ports-used.ts';

/** Ports share so many counters: two that share one are thought to be used by as many as use either. */
const COUNTERS = 512;
/** A kind of which fewer members are known says nothing. */
const LEAST_MEMBERS = 5;
/** What one member in ten uses is common. */
const COMMON_SHARE = 0.1;

/**
 * How many members of each kind ever used a port (a count sketch of one row: Cormode and Muthukrishnan 2005). What a day
 * says is taken over at its end, so that neither the order within a day nor the number of partitions matters.
 */
export class PortsOfKinds implements Stateful {
  readonly #kinds = new Table();
  /** Where a kind's counters begin, from 1; 0 for none. */
  readonly #begin = this.#kinds.u32('counters');
  readonly #members = this.#kinds.u32('members');
  readonly #membersToday = this.#kinds.u32('members_today');
  readonly #counters = new Runs();
  readonly #users = this.#counters.u32('users');
  readonly #usersToday = this.#counters.u32('users_today');

  /** A member uses a port for the first time. @param isFirst of all ports */
  tell(kind: number, port: number, isFirst: boolean): void {
    while (this.#kinds.end <= kind) this.#kinds.add();
    if (this.#begin.at(kind) === 0) this.#begin.set(kind, this.#counters.add(COUNTERS) + 1);
    if (isFirst) this.#membersToday.set(kind, this.#membersToday.at(kind) + 1);
    const counter = this.#counterOf(kind, port);
    this.#usersToday.set(counter, this.#usersToday.at(counter) + 1);
  }

  isCommon(kind: number, port: number): boolean {
    if (kind >= this.#kinds.end || this.#begin.at(kind) === 0) return false;
    const members = this.#members.at(kind);
    return members >= LEAST_MEMBERS && this.#users.at(this.#counterOf(kind, port)) >= COMMON_SHARE * members;
  }

  /** A day has ended. */
  takeOver(): void {
    for (let kind = 0; kind < this.#kinds.end; kind++) {
      const begin = this.#begin.at(kind);
      if (begin === 0) continue;
      this.#members.set(kind, this.#members.at(kind) + this.#membersToday.at(kind));
      this.#membersToday.set(kind, 0);
      for (let counter = begin - 1; counter < begin - 1 + COUNTERS; counter++) {
        this.#users.set(counter, this.#users.at(counter) + this.#usersToday.at(counter));
        this.#usersToday.set(counter, 0);
      }
    }
  }

  save(to: StateWriter): void {
    this.#kinds.save(to.part('kinds'));
    this.#counters.save(to.part('counters'));
  }

  load(from: StateReader): void {
    this.#kinds.load(from.part('kinds'));
    this.#counters.load(from.part('counters'));
  }

  /** By multiplication with the golden ratio (Knuth), the upper nine bits. */
  #counterOf(kind: number, port: number): number {
    return this.#begin.at(kind) - 1 + (Math.imul(keyOf(port), 0x9e_37_79_b1) >>> 23);
  }
}
