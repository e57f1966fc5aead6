import { RowTexts, Table, Texts } from '../columns/index.ts';
import type { Stateful, StateReader, StateWriter } from '../model/index.ts';
import { Enrolments } from './enrolments.ts';

/** What is known of all users, side by side, by their number. */
export class UserColumns implements Stateful {
  readonly rows = new Table();
  /** When it was seen first and last; infinities where it never was. */
  readonly first = this.rows.f64('first');
  readonly last = this.rows.f64('last');
  readonly isService = this.rows.u8('service');
  readonly enrolments = new Enrolments(this.rows);
  /** On which devices it was active, and when last. */
  readonly devices = new RowTexts(this.rows, 'devices');
  readonly #sites = new Texts();
  readonly #site = this.rows.u32('site');

  /** The number of one more user, that was never seen. */
  add(site: string, isService: boolean): number {
    const user = this.rows.add();
    this.first.set(user, Infinity);
    this.last.set(user, -Infinity);
    this.isService.set(user, Number(isService));
    this.#site.set(user, this.#sites.hold(site));
    return user;
  }

  /** Its number is given to the next. */
  remove(user: number): void {
    this.devices.set(user, null);
    this.#sites.release(this.#site.at(user));
    this.rows.remove(user);
  }

  site(user: number): string {
    return this.#sites.at(this.#site.at(user));
  }

  save(to: StateWriter): void {
    this.rows.save(to.part('rows'));
    this.#sites.save(to.part('sites'));
    this.devices.save(to.part('devices'));
  }

  load(from: StateReader): void {
    this.rows.load(from.part('rows'));
    this.#sites.load(from.part('sites'));
    this.devices.load(from.part('devices'));
  }
}
