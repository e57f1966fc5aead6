import { Table } from '../columns/index.ts';
import type { Address, DeviceId, SiteId, StateReader } from '../model/index.ts';
import type { Device, DeviceOrigin, KnownMac } from './device.ts';
import { DEVICE_ORIGINS, SHARING_REASONS } from './device.ts';
import type { DeviceColumns } from './device-columns.ts';
import { fewOf } from './few.ts';
import type { PooledTexts } from './text-pool.ts';

/*
 * Devices as a state of version 1 writes them down: a row of numbers for what each has, a record for what few have. How
 * many MACs and host names a device has stands in its row, the MACs and names themselves in tables of their own, in
 * the same order. Read for as long as such snapshots may be about (docs/adr/0011).
 */

type Add = (id: DeviceId, site: SiteId, origin: DeviceOrigin, address: Address | null) => Device;
type Few = Pick<Device, 'number' | 'entry' | 'reported' | 'enrolment'>;

export function loadFirstForm(
  from: StateReader,
  texts: PooledTexts,
  { first, last }: DeviceColumns,
  add: Add,
): void {
  const loaded: Device[] = [];
  for (const device of rowsOf(from, texts, add)) loaded.push(device);
  for (const { number, entry, reported, enrolment } of from.records('few') as Iterable<Few>) {
    const device = loaded[number];
    if (device === undefined) throw new RangeError(`state: there is no device ${number}`);
    if (entry !== null) device.declare(entry);
    device.reported = reported;
    device.enrolment = enrolment;
  }
  const seen = new Table();
  const spans = { first: seen.f64('first'), last: seen.f64('last') };
  seen.load(from.part('seen'));
  for (const { number } of loaded) {
    first.set(number, spans.first.at(number));
    last.set(number, spans.last.at(number));
  }
}

function* rowsOf(from: StateReader, texts: PooledTexts, add: Add): Iterable<Device> {
  const columns = { devices: deviceColumns(), macs: macColumns(), names: nameColumns() };
  for (const [part, { rows }] of Object.entries(columns)) rows.load(from.part(part));
  const { devices, macs, names } = columns;
  let [row, mac, name] = [0, 0, 0];
  for (const id of from.texts('ids')) {
    const origin = DEVICE_ORIGINS[devices.origin.at(row)] ?? 'address';
    const address = texts.atOrNull(devices.address.at(row)) as Address | null;
    const device = add(id as DeviceId, texts.at(devices.site.at(row)) as SiteId, origin, address);
    device.wireMac = texts.atOrNull(devices.wireMac.at(row));
    device.joinedMac = texts.atOrNull(devices.joinedMac.at(row));
    device.suspicion = SHARING_REASONS[devices.suspicion.at(row) - 1] ?? null;
    device.macs = fewOf(listOf(devices.macs.at(row), () => macOf(macs, mac++, texts)));
    device.hostNames = fewOf(listOf(devices.names.at(row), () => texts.at(names.name.at(name++))));
    row++;
    yield device;
  }
}

function macOf({ fingerprint, flags }: ReturnType<typeof macColumns>, row: number, texts: PooledTexts) {
  const flag = flags.at(row);
  return {
    fingerprint: texts.at(fingerprint.at(row)),
    listed: (flag & 1) !== 0,
    seen: (flag & 2) !== 0,
    randomised: (flag & 4) !== 0,
  } satisfies KnownMac;
}

function listOf<T>(count: number, next: () => T): readonly T[] {
  const list: T[] = [];
  while (list.length < count) list.push(next());
  return list;
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
