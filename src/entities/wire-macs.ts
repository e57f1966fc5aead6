import type { Address, DeviceId, EpochMs } from '../model/index.ts';
import { DistinctInDay } from './distinct.ts';

/**
 * A MAC on a connection is the last hop's: a router's stands beside every address behind it. Four IPv4 addresses
 * within a day are more than one machine has, and so are 16 of IPv6 (temporary addresses, RFC 8981).
 */
const ROUTER_V4_ADDRESSES = 4;
const ROUTER_V6_ADDRESSES = 16;

interface WireMac {
  readonly v4: DistinctInDay;
  readonly v6: DistinctInDay;
  router: boolean;
  /** The device, known by nothing better than its address, that showed this MAC first. */
  holder: DeviceId | null;
}

/** What the MACs seen on one site's connections tell, and which of them are routers' and tell nothing. */
export class WireMacs {
  readonly #macs = new Map<string, WireMac>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  isRouter(mac: string): boolean {
    return this.#macs.get(mac)?.router ?? false;
  }

  /** Notes a MAC beside a local address. Gives the addresses that it was wrongly taken to prove, once it is found out. */
  note(mac: string, address: Address, time: EpochMs): readonly Address[] {
    const seen = this.#entry(mac);
    if (seen === null || seen.router) return [];
    const family = address.includes(':') ? seen.v6 : seen.v4;
    return family.note(address, time) ? this.#foundOut(seen) : [];
  }

  /** A MAC beside an address outside of the site is a gateway's at once. */
  noteGateway(mac: string): readonly Address[] {
    const seen = this.#entry(mac);
    return seen === null || seen.router ? [] : this.#foundOut(seen);
  }

  holder(mac: string): DeviceId | null {
    return this.#macs.get(mac)?.holder ?? null;
  }

  /** The first device to show a MAC holds it; true where it does. */
  hold(mac: string, device: DeviceId): boolean {
    const seen = this.#macs.get(mac);
    if (seen === undefined || seen.router) return false;
    seen.holder ??= device;
    return seen.holder === device;
  }

  snapshot(): unknown {
    return [...this.#macs]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([mac, seen]) => [mac, seen.router, seen.holder, seen.v4.snapshot(), seen.v6.snapshot()]);
  }

  #entry(mac: string): WireMac | null {
    const known = this.#macs.get(mac);
    if (known !== undefined) return known;
    if (this.#macs.size >= this.#limit) return null;
    const made: WireMac = {
      v4: new DistinctInDay(ROUTER_V4_ADDRESSES),
      v6: new DistinctInDay(ROUTER_V6_ADDRESSES),
      router: false,
      holder: null,
    };
    this.#macs.set(mac, made);
    return made;
  }

  #foundOut(seen: WireMac): readonly Address[] {
    seen.router = true;
    seen.holder = null;
    return [...seen.v4.keys(), ...seen.v6.keys()] as Address[];
  }
}
