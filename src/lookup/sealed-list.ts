import { createCipheriv, createDecipheriv, createHash, createPublicKey, hkdfSync, verify } from 'node:crypto';
import { z } from 'zod';
import {
  DAY_MS,
  type EpochMs,
  REPUTATIONS,
  type Reputation,
  THREAT_CATEGORIES,
  type ThreatCategory,
} from '../model/index.ts';
import { type LookupKey, LookupRefused } from './oprf.ts';

/** What a list says of one indicator. */
export interface SealedSaying {
  readonly reputation: Reputation;
  readonly categories: readonly ThreatCategory[];
  /** 0…1, in thousandths. */
  readonly confidence: number;
  readonly feedSources: number;
  readonly lastSeen: EpochMs | null;
}

/** A tag by which it is found, and what is said, which only the same output opens. */
export type SealedEntry = Buffer;

export const MAGIC = 'stance sealed list 1\n';
/** Parts of what is derived from the key's output for an indicator, none of which tells of another. */
const TAG_BYTES = 16;
const CIPHER_KEY_END = 48;
const NONCE_END = 60;
const SAYING_BYTES = 12;
const ENTRY_BYTES = TAG_BYTES + SAYING_BYTES + 16;
const MOST_HEAD_BYTES = 65_536;
const CIPHER = 'aes-256-gcm';
/** Listings age: a list is good for so long. */
const GOOD_FOR_MS = 7 * DAY_MS;
/** Of Ed25519, base 64. */
const SIGNATURE_CHARACTERS = 88;
/** A day that can be written (ECMA-262 §21.4.1.1). */
const MOST_DAYS = 100_000_000;

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
/** Each once, the longest first. */
const lengthsUpTo = (most: number) =>
  z
    .array(z.int().min(0).max(most))
    .max(most + 1)
    .refine((lengths) => lengths.every((length, at) => at === 0 || length < (lengths[at - 1] ?? 0)));
const Head = z.strictObject({
  /** Whoever evaluates questions about this list proves it with this key. */
  public_key: hex(32),
  /** By which the list is signed, Ed25519. */
  signing_key: hex(32),
  /** Another for each list: two lists cannot be held against each other, and no nonce comes twice. */
  salt: hex(32),
  made_at: z.iso.datetime(),
  /** From then on it says nothing any more. */
  valid_until: z.iso.datetime(),
  entries: z.int().min(0),
  /** The words' numbers in the entries: what comes to mean another number later has its own list. */
  reputations: z.array(z.string()).max(16),
  categories: z.array(z.string()).max(32),
  /** Lengths of the prefixes of the networks in the list. */
  prefixes: z.strictObject({ ipv4: lengthsUpTo(32), ipv6: lengthsUpTo(128) }),
  /** SHA-256 of the entries. */
  sha256: hex(32),
});
export type SealedListHead = z.infer<typeof Head>;

/** @param output what the key makes of the indicator @param salt of the list, 32 bytes */
export function sealEntry(output: Uint8Array, said: SealedSaying, salt: Uint8Array): SealedEntry {
  const plain = Buffer.alloc(SAYING_BYTES);
  plain.writeUInt8(REPUTATIONS.indexOf(said.reputation), 0);
  plain.writeUInt8(Math.min(255, said.feedSources), 1);
  plain.writeUInt16LE(Math.round(said.confidence * 1_000), 2);
  plain.writeUInt32LE(bitsOf(said.categories), 4);
  plain.writeUInt32LE(said.lastSeen === null ? 0 : Math.floor(said.lastSeen / DAY_MS), 8);
  const { tag, key, nonce } = partsOf(output, salt);
  const cipher = createCipheriv(CIPHER, key, nonce);
  return Buffer.concat([tag, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Entries whose tags begin with the same byte are put in order at once. */
const GROUPS = 256;

/** In the order of their tags, which tells nothing; in small steps. */
export function* writingSealedList(
  entries: readonly SealedEntry[],
  key: LookupKey,
  { salt, madeAt, prefixes }: { salt: Uint8Array; madeAt: EpochMs; prefixes: SealedListHead['prefixes'] },
): Generator<void, { readonly bytes: Buffer; readonly head: SealedListHead }> {
  const groups = Array.from({ length: GROUPS }, (): SealedEntry[] => []);
  for (const entry of entries) groups[entry[0] ?? 0]?.push(entry);
  yield;
  const body = Buffer.alloc(entries.length * ENTRY_BYTES);
  let end = 0;
  for (const group of groups) {
    for (const entry of group.sort((a, b) => a.compare(b))) end += entry.copy(body, end);
    yield;
  }
  const head: SealedListHead = {
    public_key: hexOf(key.publicKey),
    signing_key: hexOf(key.signingKey),
    salt: hexOf(salt),
    made_at: new Date(madeAt).toISOString(),
    valid_until: new Date(madeAt + GOOD_FOR_MS).toISOString(),
    entries: entries.length,
    reputations: [...REPUTATIONS],
    categories: [...THREAT_CATEGORIES],
    prefixes,
    sha256: createHash('sha256').update(body).digest('hex'),
  };
  const signed = Buffer.from(`${MAGIC}${JSON.stringify(head)}\n`);
  const signature = Buffer.from(key.sign(signed)).toString('base64');
  return { bytes: Buffer.concat([signed, Buffer.from(`${signature}\n`), body]), head };
}

/** By what a list and its service are known: of both public keys, in hex. */
export function fingerprintOf({
  public_key,
  signing_key,
}: Pick<SealedListHead, 'public_key' | 'signing_key'>): string {
  return createHash('sha256').update(`${public_key} ${signing_key}`).digest('hex');
}

/** A list of a shared service. Without the service nobody learns what it lists. */
export class SealedList {
  readonly head: SealedListHead;
  readonly publicKey: Uint8Array;
  readonly #entries: Buffer;

  private constructor(head: SealedListHead, entries: Buffer) {
    this.head = head;
    this.publicKey = Buffer.from(head.public_key, 'hex');
    this.#entries = entries;
  }

  /** @throws LookupRefused for what is no whole list */
  static read(bytes: Buffer): SealedList {
    if (!bytes.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC)))
      throw new LookupRefused('it is no sealed list of this form');
    const end = bytes.subarray(0, MAGIC.length + MOST_HEAD_BYTES).indexOf('\n', MAGIC.length);
    const head = end === -1 ? null : headIn(bytes.toString('utf8', MAGIC.length, end));
    if (head === null) throw new LookupRefused('its head is damaged');
    const signedEnd = end + 1;
    const signature = bytes.toString('latin1', signedEnd, signedEnd + SIGNATURE_CHARACTERS);
    const x = Buffer.from(head.signing_key, 'hex').toString('base64url');
    const signer = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    if (!verify(null, bytes.subarray(0, signedEnd), signer, Buffer.from(signature, 'base64')))
      throw new LookupRefused('its head is not signed by the key that it names');
    const entries = bytes.subarray(signedEnd + SIGNATURE_CHARACTERS + 1);
    const isWhole =
      entries.length === head.entries * ENTRY_BYTES &&
      createHash('sha256').update(entries).digest('hex') === head.sha256;
    if (!isWhole) throw new LookupRefused('it is damaged, or was cut off');
    return new SealedList(head, entries);
  }

  /** What it says of the indicator of which this is the output; `null` where it lists none such. */
  find(output: Uint8Array): SealedSaying | null {
    const { tag, key, nonce } = partsOf(output, Buffer.from(this.head.salt, 'hex'));
    let [low, high] = [0, this.head.entries];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#tag(middle).compare(tag) < 0) low = middle + 1;
      else high = middle;
    }
    if (low === this.head.entries || !this.#tag(low).equals(tag)) return null;
    const start = low * ENTRY_BYTES + TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, key, nonce);
    decipher.setAuthTag(this.#entries.subarray(start + SAYING_BYTES, start + ENTRY_BYTES - TAG_BYTES));
    const sealed = this.#entries.subarray(start, start + SAYING_BYTES);
    let plain: Buffer;
    try {
      plain = Buffer.concat([decipher.update(sealed), decipher.final()]);
    } catch (cause) {
      throw new LookupRefused('an entry of the list is damaged', { cause });
    }
    return this.#saying(plain);
  }

  #tag(place: number): Buffer {
    return this.#entries.subarray(place * ENTRY_BYTES, place * ENTRY_BYTES + TAG_BYTES);
  }

  #saying(plain: Buffer): SealedSaying {
    const { reputations, categories } = this.head;
    const named = reputations[plain.readUInt8(0)];
    const bits = plain.readUInt32LE(4);
    const days = plain.readUInt32LE(8);
    const thousandths = plain.readUInt16LE(2);
    if (days > MOST_DAYS || thousandths > 1_000) throw new LookupRefused('an entry of the list cannot be');
    return {
      // What a later release calls otherwise is at least something.
      reputation: REPUTATIONS.find((each) => each === named) ?? 'suspicious',
      feedSources: plain.readUInt8(1),
      confidence: thousandths / 1_000,
      categories: THREAT_CATEGORIES.filter((each) => {
        const place = categories.indexOf(each);
        return place !== -1 && ((bits >>> place) & 1) === 1;
      }),
      lastSeen: days === 0 ? null : days * DAY_MS,
    };
  }
}

/** HKDF-SHA-512 (RFC 5869). */
function partsOf(output: Uint8Array, salt: Uint8Array) {
  const derived = Buffer.from(hkdfSync('sha512', output, salt, MAGIC, NONCE_END));
  return {
    tag: derived.subarray(0, TAG_BYTES),
    key: derived.subarray(TAG_BYTES, CIPHER_KEY_END),
    nonce: derived.subarray(CIPHER_KEY_END),
  };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function bitsOf(categories: readonly ThreatCategory[]): number {
  return categories.reduce((bits, each) => (bits | (1 << THREAT_CATEGORIES.indexOf(each))) >>> 0, 0);
}

function headIn(text: string): SealedListHead | null {
  try {
    const read = Head.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
