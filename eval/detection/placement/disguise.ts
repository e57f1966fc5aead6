import type { Address } from '../../../src/model/index.ts';
import type { Random } from '../../../src/simulator/index.ts';
import { registrable } from '../telemetry/registrable.ts';

/** First octets of ordinary public space. */
const PUBLIC = [23, 45, 62, 91, 141, 185, 193] as const;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('');

export interface DisguiseOf {
  /** Who plays the actor. */
  readonly host: string;
  readonly actor: string;
  /** Addresses that occur in the background: none of them is given away. */
  readonly taken: ReadonlySet<string>;
  readonly isOwn: (address: string) => boolean;
  /** Whether an address was inside where the trace was captured. */
  readonly wasInside: (address: string) => boolean;
  /** Where the host asks for names; `null` where it was never seen to. */
  readonly resolver: string | null;
}

/** New names for all that a trace met, so that nothing of it can be in the host's baseline: the same old, the same new. */
export class Disguise {
  readonly #of: DisguiseOf;
  readonly #random: Random;
  readonly #addresses = new Map<string, Address>();
  readonly #domains = new Map<string, string>();

  constructor(of: DisguiseOf, random: Random) {
    this.#of = of;
    this.#random = random;
    this.#addresses.set(of.actor, of.host as Address);
  }

  address(old: string, isResolver: boolean): Address {
    const { resolver } = this.#of;
    if (isResolver && resolver !== null) return resolver as Address;
    let fresh = this.#addresses.get(old);
    if (fresh === undefined) {
      fresh = this.#fresh(this.#of.wasInside(old)) as Address;
      this.#addresses.set(old, fresh);
    }
    return fresh;
  }

  /** What stands below the registrable domain stays: it is what a tunnel is made of. */
  name(old: string): string {
    const domain = registrable(old);
    let fresh = this.#domains.get(domain);
    if (fresh === undefined) {
      fresh = `${Array.from({ length: 11 }, () => this.#random.pick(LETTERS)).join('')}.com`;
      this.#domains.set(domain, fresh);
    }
    return old.endsWith(domain) ? old.slice(0, old.length - domain.length) + fresh : fresh;
  }

  #fresh(inside: boolean): string {
    for (let attempt = 0; attempt < 1_000; attempt++) {
      const address = inside ? this.#insideAddress(attempt) : this.#outsideAddress();
      if (this.#of.taken.has(address) || this.#isGiven(address)) continue;
      if (this.#of.isOwn(address) === inside || attempt > 500) return address;
    }
    throw new RangeError('placement: no free address is left in the networks of the background');
  }

  /** First a neighbour of the host, then wherever a private network is its own. */
  #insideAddress(attempt: number): string {
    const [a, b, c] = this.#of.host.split('.');
    const octet = () => this.#random.between(1, 254);
    return attempt < 250 ? `${a}.${b}.${c}.${octet()}` : `10.77.${octet()}.${octet()}`;
  }

  #outsideAddress(): string {
    const octet = () => this.#random.between(1, 250);
    return `${this.#random.pick(PUBLIC)}.${octet()}.${octet()}.${octet()}`;
  }

  #isGiven(address: string): boolean {
    return [...this.#addresses.values()].includes(address as Address);
  }
}
