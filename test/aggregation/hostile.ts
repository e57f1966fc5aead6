import type { KeyObject } from 'node:crypto';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { chance } from '../../src/aggregation/fleet.fixture.ts';
import {
  CIPHERTEXT_BEGINNING,
  CIPHERTEXT_BYTES,
  DEGREE,
  Q,
} from '../../src/aggregation/protocol/parameters.ts';
import { ciphertextHash, makeReport } from '../../src/aggregation/protocol/report.ts';
import { signed } from '../../src/aggregation/protocol/signing.ts';
import type { Report, ReportHeader, SiteId } from '../../src/model/index.ts';

/** Whoever attacks has seen honest reports, and holds the keys of one site. */
export interface Attacker {
  /** Not taken yet: if anything of it were taken, it would show. */
  readonly fresh: Report;
  /** Taken already. */
  readonly taken: Report;
  /** Of the site that `fresh` is of. */
  readonly siteKey: KeyObject;
  readonly otherKey: KeyObject;
}

export interface Attack {
  readonly name: string;
  readonly bytes: Uint8Array;
}

type Make = (attacker: Attacker, random: () => number) => Uint8Array;

/** What is sent for a ciphertext by a site that signs it: signature and hash are right. */
function insider(change: (ciphertext: Buffer, random: () => number) => Uint8Array): Make {
  return ({ fresh, siteKey }, random) => {
    const ciphertext = change(Buffer.from(fresh.ciphertext), random);
    return makeReport({ ...fresh.header, ciphertextHash: ciphertextHash(ciphertext) }, ciphertext, siteKey)
      .bytes;
  };
}

function saying(change: (header: ReportHeader, random: () => number) => Partial<ReportHeader>): Make {
  return ({ fresh, siteKey }, random) =>
    makeReport({ ...fresh.header, ...change(fresh.header, random) }, fresh.ciphertext, siteKey).bytes;
}

function flipped(from: (attacker: Attacker) => number, to: (attacker: Attacker) => number): Make {
  return (attacker, random) => {
    const bytes = Buffer.from(attacker.fresh.bytes);
    const bit = Math.floor((from(attacker) + random() * (to(attacker) - from(attacker))) * 8);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return bytes;
  };
}

const coefficientsAt = CIPHERTEXT_BEGINNING.length;
const ciphertextAt = ({ fresh }: Attacker) => fresh.bytes.length - CIPHERTEXT_BYTES;
const signatureAt = (attacker: Attacker) => ciphertextAt(attacker) - 64;
const place = (random: () => number) => coefficientsAt + 8 * Math.floor(random() * 2 * DEGREE);

/** SEAL's header that says: what follows is compressed. */
function compressed(mode: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(CIPHERTEXT_BYTES);
  bytes.set(CIPHERTEXT_BEGINNING);
  bytes[5] = mode;
  bytes.set(body.subarray(0, CIPHERTEXT_BYTES - 16), 16);
  return bytes;
}

let bombs: readonly Uint8Array[] | null = null;
function bomb(nth: number): Uint8Array {
  bombs ??= [gzipSync, deflateSync, zstdCompressSync].map((pack) => pack(Buffer.alloc(64_000_000)));
  return bombs[nth] ?? new Uint8Array();
}

export const ATTACKS: Readonly<Record<string, Make>> = {
  truncated: ({ fresh }, random) => fresh.bytes.subarray(0, Math.floor(random() * fresh.bytes.length)),
  extended: ({ fresh }, random) =>
    Buffer.concat([fresh.bytes, Buffer.alloc(1 + Math.floor(random() * 200_000), 7)]),
  flip_in_header: flipped(() => 0, signatureAt),
  flip_in_signature: flipped(signatureAt, ciphertextAt),
  flip_in_beginning: flipped(ciphertextAt, (attacker) => ciphertextAt(attacker) + coefficientsAt),
  flip_in_coefficients: flipped(
    (attacker) => ciphertextAt(attacker) + coefficientsAt,
    ({ fresh }) => fresh.bytes.length,
  ),
  random_bytes: ({ fresh }, random) => Uint8Array.from(fresh.bytes, () => Math.floor(random() * 256)),
  nothing: () => new Uint8Array(),
  words: () => Buffer.from('GET / HTTP/1.1\r\n\r\n{"json": true}'),
  gzip_bomb: () => bomb(0),
  zlib_bomb: () => bomb(1),
  zstd_bomb: () => bomb(2),
  replayed: ({ taken }) => taken.bytes,
  unsigned: ({ fresh }) => {
    const bytes = Buffer.from(fresh.bytes);
    return bytes.fill(0, bytes.length - CIPHERTEXT_BYTES - 64, bytes.length - CIPHERTEXT_BYTES);
  },
  signed_by_another: ({ fresh, otherKey }) => makeReport(fresh.header, fresh.ciphertext, otherKey).bytes,
  signed_as_something_else: ({ fresh, siteKey }) => {
    const bytes = Buffer.from(fresh.bytes);
    const at = bytes.length - CIPHERTEXT_BYTES - 64;
    bytes.set(signed('close', bytes.subarray(6, at), siteKey), at);
    return bytes;
  },
  for_another_site: saying(() => ({ site: 'site-1' as SiteId })),
  of_no_site: saying(() => ({ site: 'nobody' as SiteId })),
  other_tenant: saying(() => ({ tenant: 'another' })),
  other_key: saying(() => ({ keyId: '0'.repeat(32) })),
  other_parameters: saying(() => ({ paramsHash: '0'.repeat(64) })),
  other_cohorts: saying(() => ({ cohortVersion: 2 })),
  other_round: saying(({ round }, random) => ({ round: round + 1 + Math.floor(random() * 1_000) })),
  old_round: saying(({ round }, random) => ({
    round: Math.max(0, round - 2 - Math.floor(random() * 1_000)),
  })),
  too_many_devices: saying((_header, random) => ({ count: 1_000_001 + Math.floor(random() * 1e9) })),
  other_hash: saying(() => ({ ciphertextHash: '0'.repeat(64) })),
  coefficient_q: insider((ciphertext, random) => {
    ciphertext.writeBigUInt64LE(Q, place(random));
    return ciphertext;
  }),
  coefficient_beyond: insider((ciphertext, random) => {
    ciphertext.writeBigUInt64LE(2n ** 64n - 1n - BigInt(Math.floor(random() * 1e9)), place(random));
    return ciphertext;
  }),
  transparent: insider((ciphertext) => ciphertext.fill(0, coefficientsAt + 8 * DEGREE)),
  all_zero: insider((ciphertext) => ciphertext.fill(0, coefficientsAt)),
  other_beginning: insider((ciphertext, random) => {
    const bit = Math.floor(random() * coefficientsAt * 8);
    ciphertext[bit >> 3] = (ciphertext[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    return ciphertext;
  }),
  larger_degree: insider((ciphertext) => {
    ciphertext.writeBigUInt64LE(8_192n, 57);
    return ciphertext;
  }),
  more_polynomials: insider((ciphertext) => {
    ciphertext.writeBigUInt64LE(3n, 49);
    return ciphertext;
  }),
  compressed_by_zlib: insider(() => compressed(1, bomb(1))),
  compressed_by_zstd: insider(() => compressed(2, bomb(2))),
};

/** The nth attack; the same for the same seed. */
export function attack(nth: number, seed: number, attacker: Attacker): Attack {
  const names = Object.keys(ATTACKS);
  const name = names[nth % names.length] ?? '';
  const make = ATTACKS[name];
  if (make === undefined) throw new RangeError(`there is no attack ${name}`);
  return { name, bytes: make(attacker, chance(seed * 1_000_003 + nth)) };
}
