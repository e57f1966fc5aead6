import type { Address, Network } from '../model/index.ts';
import { networkContains, parseNetwork } from '../model/index.ts';

/**
 * A set of CIDR blocks asked twice per event: IPv4 is compared as 32-bit numbers, IPv6 through the model.
 * Throws a `RangeError` for a block that does not parse: configuration is checked at the door.
 */
export class NetworkSet {
  readonly #v4: { readonly first: number; readonly mask: number }[] = [];
  readonly #v6: Network[] = [];

  constructor(blocks: readonly string[]) {
    for (const block of blocks) {
      const network = parseNetwork(block);
      if (network === null)
        throw new RangeError(`networks: "${block}" is neither an address nor a CIDR block`);
      if (network.family === 6) this.#v6.push(network);
      else this.#v4.push({ first: Number(network.first), mask: maskOf(network.prefix) });
    }
  }

  contains(address: Address): boolean {
    if (address.includes(':')) return this.#v6.some((network) => networkContains(network, address));
    const value = v4Value(address);
    return this.#v4.some(({ first, mask }) => (value & mask) >>> 0 === first);
  }
}

function maskOf(prefix: number): number {
  return prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
}

/** An already canonical dotted quad as a 32-bit number. */
function v4Value(address: Address): number {
  let value = 0;
  let octet = 0;
  for (let i = 0; i < address.length; i++) {
    const code = address.charCodeAt(i);
    if (code === 46) {
      value = value * 256 + octet;
      octet = 0;
    } else {
      octet = octet * 10 + code - 48;
    }
  }
  return value * 256 + octet;
}

/**
 * The first or last address of an IPv4 /24: in practice the directed broadcast of its subnet. Machines may
 * legally have it in wider subnets, so it is an entity only where a lease or the inventory says so.
 */
export function mayBeBroadcast(address: Address): boolean {
  return !address.includes(':') && (address.endsWith('.255') || address.endsWith('.0'));
}
