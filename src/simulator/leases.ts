import { DAY, type Micros } from './calendar.ts';
import type { Server, Workstation } from './device.ts';
import { nthAddress } from './organisation.ts';
import type { Random } from './random.ts';
import type { Wire } from './wire.ts';

const LEASE = DAY;
/** How often a machine that comes back in the morning is given another address. */
const MOVES = 0.03;

/** The DHCP server of the clients' network. An address that is given back rests before another machine gets it. */
export class Leases {
  readonly #wire: Wire;
  readonly #random: Random;
  readonly #server: Server;
  readonly #spare: string[];

  constructor(wire: Wire, random: Random, server: Server, clients: number) {
    this.#wire = wire;
    this.#random = random;
    this.#server = server;
    const spare = Math.max(12, Math.ceil(clients / 3));
    this.#spare = Array.from({ length: spare }, (_, index) => nthAddress('10.32', clients + index));
  }

  grant(at: Micros, machine: Workstation): void {
    if (this.#random.chance(MOVES)) {
      this.#spare.push(machine.address);
      machine.address = this.#spare.shift() ?? machine.address;
    }
    this.renew(at, machine);
  }

  renew(at: Micros, { mac, hostName, address }: Workstation): void {
    this.#wire.lease(at, this.#server, mac, hostName, address, LEASE);
  }

  grantGuest(at: Micros, mac: string, hostName: string | null, address: string): void {
    this.#wire.lease(at, this.#server, mac, hostName, address, LEASE / 4);
  }
}
