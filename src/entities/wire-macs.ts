import { Table } from '../columns/index.ts';
import type { Address, EpochMs, StateReader, StateWriter } from '../model/index.ts';
import type { Device } from './device.ts';
import type { Devices } from './devices.ts';
import { DistinctInDay } from './distinct.ts';
import type { Revision } from './revision.ts';
import type { PooledTexts, TextPool } from './text-pool.ts';

/**
 * A MAC on a connection is the last hop's: a router's stands beside every address behind it. Four IPv4 addresses
 * within a day are more than one machine has, and so are 16 of IPv6 (temporary addresses, RFC 8981).
 */
const ROUTER_V4_ADDRESSES = 4;
const ROUTER_V6_ADDRESSES = 16;

/** What a MAC on the wire tells. */
export class WireMac {
  v4: DistinctInDay | null = null;
  v6: DistinctInDay | null = null;
  router = false;
  /** The device, known by nothing better than its address, that showed this MAC first. */
  holder: Device | null = null;
  /** The revision at which what it proves changed last. */
  changed = 0;

  /** The addresses of this one's family that it was seen beside. */
  beside(address: Address): DistinctInDay {
    if (address.includes(':')) return (this.v6 ??= new DistinctInDay(ROUTER_V6_ADDRESSES));
    return (this.v4 ??= new DistinctInDay(ROUTER_V4_ADDRESSES));
  }
}

/** What the MACs seen on one site's connections tell, and which of them are routers' and tell nothing. */
export class WireMacs {
  readonly #macs = new Map<string, WireMac>();
  readonly #limit: number;
  readonly #revision: Revision;

  constructor(limit: number, revision: Revision) {
    this.#limit = limit;
    this.#revision = revision;
  }

  get(mac: string): WireMac | undefined {
    return this.#macs.get(mac);
  }

  isRouter(mac: string): boolean {
    return this.#macs.get(mac)?.router ?? false;
  }

  /** Notes a MAC beside a local address. Gives the addresses that it was wrongly taken to prove, once it is found out. */
  note(mac: string, address: Address, time: EpochMs): readonly Address[] {
    const seen = this.#entry(mac);
    if (seen === null || seen.router) return [];
    return seen.beside(address).note(address, time) ? this.#foundOut(seen) : [];
  }

  /** A MAC beside an address outside of the site is a gateway's at once. */
  noteGateway(mac: string): readonly Address[] {
    const seen = this.#entry(mac);
    return seen === null || seen.router ? [] : this.#foundOut(seen);
  }

  /** A device proved the MAC to be its own, or lost it. */
  noteProof(mac: string): void {
    const seen = this.#macs.get(mac);
    if (seen !== undefined) seen.changed = this.#revision.move();
  }

  holder(mac: string): Device | null {
    return this.#macs.get(mac)?.holder ?? null;
  }

  /** The first device to show a MAC holds it; true where it does. */
  hold(mac: string, device: Device): boolean {
    const seen = this.#macs.get(mac);
    if (seen === undefined || seen.router) return false;
    seen.holder ??= device;
    return seen.holder === device;
  }

  /** The device is gone: the MAC is as if it had never been seen, but that a router's stays one. */
  leave(mac: string, device: Device): void {
    if (this.#macs.get(mac)?.holder === device) this.#macs.delete(mac);
  }

  save(to: StateWriter, texts: TextPool): void {
    const macs = macColumns();
    const beside = besideColumns();
    for (const [mac, seen] of this.#macs) {
      const row = macs.rows.add();
      macs.mac.set(row, texts.numberOf(mac));
      macs.router.set(row, Number(seen.router));
      macs.holder.set(row, seen.holder === null ? 0 : seen.holder.number + 1);
      const [v4, v6] = [seen.v4?.entries() ?? [], seen.v6?.entries() ?? []];
      macs.addresses.set(row, v4.length + v6.length);
      for (const [address, last] of [...v4, ...v6]) {
        const each = beside.rows.add();
        beside.address.set(each, texts.numberOf(address));
        beside.last.set(each, last);
      }
    }
    macs.rows.save(to.part('macs'));
    beside.rows.save(to.part('beside'));
  }

  load(from: StateReader, texts: PooledTexts, devices: Devices): void {
    const macs = macColumns();
    macs.rows.load(from.part('macs'));
    const beside = besideColumns();
    beside.rows.load(from.part('beside'));
    let next = 0;
    for (let row = 0; row < macs.rows.end; row++) {
      const seen = new WireMac();
      this.#macs.set(texts.at(macs.mac.at(row)), seen);
      seen.router = macs.router.at(row) === 1;
      const holder = macs.holder.at(row);
      seen.holder = holder === 0 ? null : devices.at(holder - 1);
      for (let left = macs.addresses.at(row); left > 0; left--) {
        const address = texts.at(beside.address.at(next)) as Address;
        seen.beside(address).restore([[address, beside.last.at(next++)]]);
      }
    }
  }

  #entry(mac: string): WireMac | null {
    const known = this.#macs.get(mac);
    if (known !== undefined) return known;
    if (this.#macs.size >= this.#limit) return null;
    const made = new WireMac();
    this.#macs.set(mac, made);
    return made;
  }

  #foundOut(seen: WireMac): readonly Address[] {
    seen.router = true;
    seen.holder = null;
    seen.changed = this.#revision.move();
    const beside = [...(seen.v4?.entries() ?? []), ...(seen.v6?.entries() ?? [])];
    return beside.map(([address]) => address as Address);
  }
}

function macColumns() {
  const rows = new Table();
  return {
    rows,
    mac: rows.u32('mac'),
    router: rows.u8('router'),
    /** One more than the device's number; 0 for nobody. */
    holder: rows.u32('holder'),
    addresses: rows.u32('addresses'),
  };
}

function besideColumns() {
  const rows = new Table();
  return { rows, address: rows.u32('address'), last: rows.f64('last') };
}
