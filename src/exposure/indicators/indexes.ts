import { addressOf, formatNetwork, type IndicatorType } from '../../model/index.ts';
import { DomainIndex } from './domain-index.ts';
import { NetworkIndex } from './network-index.ts';
import { NumberIndex } from './number-index.ts';
import type { Indexed, IndexedKind } from './places.ts';
import { RecordIndex } from './record-index.ts';
import type { TableArrays } from './table-memory.ts';

/** Words of the keys of each record index. */
export const WIDTHS = { ipv6: 4, sealed: 4, md5: 4, sha1: 5, sha256: 8 } as const;

/** The indexes of a table, over its arrays. */
export class Indexes {
  readonly ipv4: NumberIndex;
  readonly ipv6: RecordIndex;
  readonly networks: Readonly<Record<4 | 6, NetworkIndex>>;
  readonly domains: DomainIndex;
  /** Entries of the domains by the fingerprints of those that events hold sealed: host names, customers' domains. */
  readonly sealed: RecordIndex;
  readonly hashes: Readonly<Record<'md5' | 'sha1' | 'sha256', RecordIndex>>;

  constructor(arrays: Omit<TableArrays, 'listings' | 'places'>) {
    const chance = arrays.chance.tables;
    this.ipv4 = new NumberIndex(arrays.ipv4, chance);
    this.ipv6 = new RecordIndex(arrays.ipv6, WIDTHS.ipv6, chance);
    this.networks = {
      4: new NetworkIndex(arrays.ipv4Networks, 1),
      6: new NetworkIndex(arrays.ipv6Networks, WIDTHS.ipv6),
    };
    this.domains = new DomainIndex(arrays.domains, chance);
    this.sealed = new RecordIndex(arrays.sealed, WIDTHS.sealed, chance);
    this.hashes = {
      md5: new RecordIndex(arrays.md5, WIDTHS.md5, chance),
      sha1: new RecordIndex(arrays.sha1, WIDTHS.sha1, chance),
      sha256: new RecordIndex(arrays.sha256, WIDTHS.sha256, chance),
    };
  }

  /** By kind of indicator, with the canonical text of each. */
  byKind(): Readonly<Record<IndexedKind, Indexed>> {
    const { ipv4, ipv6, networks, domains, hashes } = this;
    return {
      ipv4: {
        ...inText(ipv4, 'ip', (place) => dotted(ipv4.numberAt(place))),
        keepAt: (place, values) => values.pushV4(ipv4.numberAt(place)),
      },
      ipv6: inText(ipv6, 'ip', (place) => addressOf(6, valueOf(ipv6.wordsAt(place)))),
      ipv4Networks: inText(networks[4], 'ip', (row) => blockAt(networks[4], 4, row)),
      ipv6Networks: inText(networks[6], 'ip', (row) => blockAt(networks[6], 6, row)),
      domains: inText(domains, 'domain', (entry) => domains.nameOf(entry)),
      md5: asHash(hashes.md5),
      sha1: asHash(hashes.sha1),
      sha256: asHash(hashes.sha256),
    };
  }
}

function inText(
  index: Pick<Indexed, 'places' | 'headAt'>,
  type: IndicatorType,
  textAt: Indexed['textAt'],
): Indexed {
  return {
    places: () => index.places(),
    headAt: (place) => index.headAt(place),
    textAt,
    keepAt: (place, values) => values.push(type, textAt(place)),
  };
}

function asHash(index: RecordIndex): Indexed {
  return {
    ...inText(index, 'hash', (place) => hexOf(index.wordsAt(place))),
    keepAt: (place, values) => values.pushHash(index.wordsAt(place)),
  };
}

function blockAt(networks: NetworkIndex, family: 4 | 6, row: number): string {
  return formatNetwork({ family, first: networks.firstOf(row), prefix: networks.prefixOf(row) });
}

function dotted(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

function valueOf(words: Uint32Array): bigint {
  return words.reduce((value, word) => (value << 32n) | BigInt(word), 0n);
}

const BYTES = Buffer.alloc(32);

function hexOf(words: Uint32Array): string {
  for (let i = 0; i < words.length; i++) BYTES.writeUInt32BE(words[i] as number, 4 * i);
  return BYTES.toString('hex', 0, 4 * words.length);
}
