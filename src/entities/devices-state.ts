import { Table } from '../columns/index.ts';
import type { Address, DeviceId, Enrolment, SiteId, StateReader, StateWriter } from '../model/index.ts';
import type { Device, DeviceOrigin, KnownMac, ReportedFacts } from './device.ts';
import { DEVICE_ORIGINS, DISCOVERED, SHARING_REASONS } from './device.ts';
import { all, countOf, fewOf } from './few.ts';
import type { PooledTexts, TextPool } from './text-pool.ts';

/*
 * Devices written down: a row of numbers for what each has, a record for what few have. How many MACs and host
 * names a device has stands in its row, the MACs and names themselves in tables of their own, in the same order.
 */

/** What an asset system reported, of the few of which one did, by their number. */
interface Reported {
  readonly number: number;
  readonly reported: ReportedFacts;
}

/** How a device became one of the fleet, by number from 1; 0 for those that did not. */
const ENROLLED_BY = ['inventory', 'operator', 'certificate'] as const;

export function saveDevices(devices: readonly Device[], to: StateWriter, texts: TextPool): void {
  const columns = { devices: deviceColumns(), macs: macColumns(), names: nameColumns() };
  for (const device of devices) saveDevice(device, columns, texts);
  for (const [part, { rows }] of Object.entries(columns)) rows.save(to.part(part));
  to.texts('ids', idsOf(devices));
  to.records('reported', reportedOf(devices));
}

export function loadDevices(
  from: StateReader,
  texts: PooledTexts,
  add: (id: DeviceId, site: SiteId, origin: DeviceOrigin, address: Address | null) => Device,
): void {
  const columns = { devices: deviceColumns(), macs: macColumns(), names: nameColumns() };
  for (const [part, { rows }] of Object.entries(columns)) rows.load(from.part(part));
  const loaded: Device[] = [];
  const enrolments = new Enrolments();
  const { devices, macs, names } = columns;
  let [mac, name] = [0, 0];
  for (const id of from.texts('ids')) {
    const row = loaded.length;
    const origin = DEVICE_ORIGINS[devices.origin.at(row)] ?? 'address';
    const site = texts.at(devices.site.at(row)) as SiteId;
    const device = add(
      id as DeviceId,
      site,
      origin,
      texts.atOrNull(devices.address.at(row)) as Address | null,
    );
    device.wireMac = texts.atOrNull(devices.wireMac.at(row));
    device.joinedMac = texts.atOrNull(devices.joinedMac.at(row));
    device.suspicion = SHARING_REASONS[devices.suspicion.at(row) - 1] ?? null;
    device.macs = fewOf(listOf(devices.macs.at(row), () => loadMac(macs, mac++, texts)));
    device.enrolment = enrolments.of(devices.enrolledBy.at(row), devices.enrolledAt.at(row));
    device.hostNames = fewOf(listOf(devices.names.at(row), () => texts.at(names.name.at(name++))));
    loaded.push(device);
  }
  if (!from.has('reported')) return;
  for (const { number, reported } of from.records('reported') as Iterable<Reported>) {
    deviceAt(loaded, number).reported = reported;
  }
}

/** A state of version 1 says in records what came to stand in columns. */
export function loadFirstForm(from: StateReader, devices: readonly Device[]): void {
  type Few = Pick<Device, 'number' | 'entry' | 'reported' | 'enrolment'>;
  for (const { number, entry, reported, enrolment } of from.records('few') as Iterable<Few>) {
    const device = deviceAt(devices, number);
    if (entry !== null) device.declare(entry);
    device.reported = reported;
    device.enrolment = enrolment;
  }
}

function deviceAt(devices: readonly Device[], number: number): Device {
  const device = devices[number];
  if (device === undefined) throw new RangeError(`state: there is no device ${number}`);
  return device;
}

function saveDevice(device: Device, { devices, macs, names }: Columns, texts: TextPool): void {
  const row = devices.rows.add();
  devices.site.set(row, texts.numberOf(device.site));
  devices.origin.set(row, DEVICE_ORIGINS.indexOf(device.origin));
  devices.address.set(row, texts.numberOf(device.address));
  devices.wireMac.set(row, texts.numberOf(device.wireMac));
  devices.joinedMac.set(row, texts.numberOf(device.joinedMac));
  devices.suspicion.set(row, device.suspicion === null ? 0 : SHARING_REASONS.indexOf(device.suspicion) + 1);
  devices.macs.set(row, countOf(device.macs));
  devices.names.set(row, countOf(device.hostNames));
  const { enrolment } = device;
  if (enrolment.state === 'enrolled') {
    devices.enrolledAt.set(row, enrolment.at);
    devices.enrolledBy.set(row, ENROLLED_BY.indexOf(enrolment.by) + 1);
  }
  for (const { fingerprint, listed, seen, randomised } of all(device.macs)) {
    const mac = macs.rows.add();
    macs.fingerprint.set(mac, texts.numberOf(fingerprint));
    macs.flags.set(mac, Number(listed) + 2 * Number(seen) + 4 * Number(randomised));
  }
  for (const name of all(device.hostNames)) names.name.set(names.rows.add(), texts.numberOf(name));
}

function loadMac({ fingerprint, flags }: Columns['macs'], row: number, texts: PooledTexts): KnownMac {
  const flag = flags.at(row);
  return {
    fingerprint: texts.at(fingerprint.at(row)),
    listed: (flag & 1) !== 0,
    seen: (flag & 2) !== 0,
    randomised: (flag & 4) !== 0,
  };
}

function* idsOf(devices: readonly Device[]): Iterable<string> {
  for (const { id } of devices) yield id;
}

function* reportedOf(devices: readonly Device[]): Iterable<Reported> {
  for (const { number, reported } of devices) if (reported !== null) yield { number, reported };
}

/** Many were enrolled at the same instant: they share what says so. */
class Enrolments {
  readonly #known = new Map<string, Enrolment>();

  of(by: number, at: number): Enrolment {
    if (by === 0) return DISCOVERED;
    const key = `${by} ${at}`;
    let known = this.#known.get(key);
    if (known === undefined) {
      known = { state: 'enrolled', at, by: ENROLLED_BY[by - 1] ?? 'inventory' };
      this.#known.set(key, known);
    }
    return known;
  }
}

function listOf<T>(count: number, next: () => T): readonly T[] {
  const list: T[] = [];
  while (list.length < count) list.push(next());
  return list;
}

interface Columns {
  readonly devices: ReturnType<typeof deviceColumns>;
  readonly macs: ReturnType<typeof macColumns>;
  readonly names: ReturnType<typeof nameColumns>;
}

/** Texts by their number in the pool; ids are each one's own. */
function deviceColumns() {
  const rows = new Table();
  return {
    rows,
    site: rows.u32('site'),
    origin: rows.u8('origin'),
    address: rows.u32('address'),
    wireMac: rows.u32('wireMac'),
    joinedMac: rows.u32('joinedMac'),
    suspicion: rows.u8('suspicion'),
    macs: rows.u32('macs'),
    names: rows.u32('names'),
    enrolledAt: rows.f64('enrolledAt'),
    enrolledBy: rows.u8('enrolledBy'),
  };
}

function macColumns() {
  const rows = new Table();
  return { rows, fingerprint: rows.u32('fingerprint'), flags: rows.u8('flags') };
}

function nameColumns() {
  const rows = new Table();
  return { rows, name: rows.u32('name') };
}
