import { RowTexts, Table, Texts } from '../columns/index.ts';
import type { Stateful, StateReader, StateWriter } from '../model/index.ts';
import { Declarations } from './declarations.ts';
import { Enrolments } from './enrolments.ts';

/**
 * What is known of all devices, side by side, by their number. What has no bound of its own or is seldom asked for (names,
 * MACs, what was reported) is a text of the row.
 */
export class DeviceColumns implements Stateful {
  readonly rows = new Table();
  /** When it was seen first and last; infinities where it never was. */
  readonly first = this.rows.f64('first');
  readonly last = this.rows.f64('last');
  readonly origin = this.rows.u8('origin');
  readonly suspicion = this.rows.u8('suspicion');
  /** The operator's inventory. */
  readonly declarations = new Declarations(this.rows);
  readonly enrolments = new Enrolments(this.rows);
  readonly address = new RowTexts(this.rows, 'address');
  readonly macs = new RowTexts(this.rows, 'macs');
  readonly hostNames = new RowTexts(this.rows, 'host_names');
  readonly wireMac = new RowTexts(this.rows, 'wire_mac');
  readonly joinedMac = new RowTexts(this.rows, 'joined_mac');
  readonly claimed = new RowTexts(this.rows, 'claimed');
  readonly reported = new RowTexts(this.rows, 'reported');
  readonly #sites = new Texts();
  readonly #site = this.rows.u32('site');

  /** The number of one more device, that was never seen. */
  add(): number {
    const device = this.rows.add();
    this.first.set(device, Infinity);
    this.last.set(device, -Infinity);
    return device;
  }

  /** Its number is given to the next. */
  remove(device: number): void {
    for (const [, texts] of this.#texts()) texts.set(device, null);
    this.#sites.release(this.#site.at(device));
    this.rows.remove(device);
  }

  site(device: number): string {
    return this.#sites.at(this.#site.at(device));
  }

  moveTo(device: number, site: string): void {
    const before = this.#site.at(device);
    this.#site.set(device, this.#sites.hold(site));
    this.#sites.release(before);
  }

  save(to: StateWriter): void {
    this.rows.save(to.part('rows'));
    this.#sites.save(to.part('sites'));
    this.declarations.save(to.part('declarations'));
    for (const [name, texts] of this.#texts()) texts.save(to.part(name));
  }

  load(from: StateReader): void {
    this.rows.load(from.part('rows'));
    this.#sites.load(from.part('sites'));
    this.declarations.load(from.part('declarations'));
    for (const [name, texts] of this.#texts()) texts.load(from.part(name));
  }

  #texts(): readonly (readonly [string, RowTexts])[] {
    const { address, macs, hostNames, wireMac, joinedMac, claimed, reported } = this;
    return Object.entries({ address, macs, hostNames, wireMac, joinedMac, claimed, reported });
  }
}
