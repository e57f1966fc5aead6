import { RowTexts, Table, Texts } from '../columns/index.ts';
import type { Enrolment, EpochMs, Stateful, StateReader, StateWriter } from '../model/index.ts';
import { Declarations } from './declarations.ts';

/** How a device became one of the fleet, by number from 1; 0 for those that did not. */
const ENROLLED_BY = ['inventory', 'operator', 'certificate'] as const;
/** What most devices are. */
export const DISCOVERED: Enrolment = Object.freeze({ state: 'discovered' });

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
  readonly address = new RowTexts(this.rows, 'address');
  readonly macs = new RowTexts(this.rows, 'macs');
  readonly hostNames = new RowTexts(this.rows, 'host_names');
  readonly wireMac = new RowTexts(this.rows, 'wire_mac');
  readonly joinedMac = new RowTexts(this.rows, 'joined_mac');
  readonly claimed = new RowTexts(this.rows, 'claimed');
  readonly reported = new RowTexts(this.rows, 'reported');
  readonly #sites = new Texts();
  readonly #site = this.rows.u32('site');
  readonly #enrolledBy = this.rows.u8('enrolled_by');
  readonly #enrolledAt = this.rows.f64('enrolled_at');
  /** The last that was told: many were enrolled at the same instant, and share what says so. */
  #enrolment: Enrolment = DISCOVERED;

  /** The number of one more device, that was never seen. */
  add(): number {
    const device = this.rows.add();
    this.first.set(device, Infinity);
    this.last.set(device, -Infinity);
    return device;
  }

  site(device: number): string {
    return this.#sites.at(this.#site.at(device));
  }

  moveTo(device: number, site: string): void {
    const before = this.#site.at(device);
    this.#site.set(device, this.#sites.hold(site));
    this.#sites.release(before);
  }

  enrolment(device: number): Enrolment {
    const by = ENROLLED_BY[this.#enrolledBy.at(device) - 1];
    return by === undefined ? DISCOVERED : this.#enrolled(by, this.#enrolledAt.at(device));
  }

  enrol(device: number, enrolment: Enrolment): void {
    if (enrolment.state !== 'enrolled') return;
    this.#enrolledBy.set(device, ENROLLED_BY.indexOf(enrolment.by) + 1);
    this.#enrolledAt.set(device, enrolment.at);
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

  #enrolled(by: (typeof ENROLLED_BY)[number], at: EpochMs): Enrolment {
    const last = this.#enrolment;
    if (last.state === 'enrolled' && last.at === at && last.by === by) return last;
    this.#enrolment = { state: 'enrolled', at, by };
    return this.#enrolment;
  }

  #texts(): readonly (readonly [string, RowTexts])[] {
    const { address, macs, hostNames, wireMac, joinedMac, claimed, reported } = this;
    return Object.entries({ address, macs, hostNames, wireMac, joinedMac, claimed, reported });
  }
}
