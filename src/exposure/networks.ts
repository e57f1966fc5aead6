import { type Address, addressValue, type Network } from '../model/index.ts';

/** Values by CIDR block. A look-up probes each prefix length in use, longest first. */
export class NetworkMap<T> {
  readonly #families: Readonly<Record<4 | 6, Map<number, Map<bigint, T>>>> = { 4: new Map(), 6: new Map() };
  readonly #prefixes: Record<4 | 6, number[]> = { 4: [], 6: [] };

  get(network: Network): T | undefined {
    return this.#families[network.family].get(network.prefix)?.get(network.first);
  }

  set(network: Network, value: T): void {
    const blocks = this.#families[network.family];
    let ofPrefix = blocks.get(network.prefix);
    if (ofPrefix === undefined) {
      ofPrefix = new Map();
      blocks.set(network.prefix, ofPrefix);
      this.#prefixes[network.family] = [...blocks.keys()].sort((a, b) => b - a);
    }
    ofPrefix.set(network.first, value);
  }

  /** The values of all blocks that contain the address, the most specific first. */
  covering(address: Address): T[] {
    const { family, value } = addressValue(address);
    return this.#covering(family, value, 0);
  }

  /** The values of all blocks that contain the whole network, the most specific first. */
  coveringNetwork(network: Network): T[] {
    return this.#covering(network.family, network.first, widthOf(network.family) - network.prefix);
  }

  #covering(family: 4 | 6, value: bigint, hostBits: number): T[] {
    const found: T[] = [];
    const width = widthOf(family);
    for (const prefix of this.#prefixes[family]) {
      if (prefix > width - hostBits) continue;
      const shift = BigInt(width - prefix);
      const hit = this.#families[family].get(prefix)?.get((value >> shift) << shift);
      if (hit !== undefined) found.push(hit);
    }
    return found;
  }
}

/** A shorter prefix names a continent: a slip of whoever wrote it down. */
const SHORTEST_PREFIX = { 4: 8, 6: 19 } as const;

export function isTooWide({ family, prefix }: Network): boolean {
  return prefix < SHORTEST_PREFIX[family];
}

function widthOf(family: 4 | 6): number {
  return family === 4 ? 32 : 128;
}
