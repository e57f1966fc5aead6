import { hkdfSync } from 'node:crypto';
import type { Fingerprint } from '../model/index.ts';
import { keyedHash } from './keyed-hash.ts';

/** One key per purpose: equal texts of two kinds never have equal fingerprints. */
export const PURPOSES = [
  'name',
  'mac',
  'host_name',
  'account',
  'subject',
  'device_id',
  'record_id',
  'lookup',
  'serial',
] as const;
type Purpose = (typeof PURPOSES)[number];
/** All but those of accounts: they stay as long as the directory, so that a device is always the same. */
export const LASTING_PURPOSES = PURPOSES.filter((purpose) => purpose !== 'account');

/** The keys of a directory. They can be used but not read: neither a log line nor a JSON text shows them. */
export interface SealingKeys {
  /** Epochs whose account key is held; one that was destroyed is not among them. */
  readonly accountEpochs: readonly number[];
  /** HMAC-SHA-256 (RFC 2104) under the purpose's key, 32 bytes. */
  digest(purpose: Purpose, text: string): Buffer;
  /** The digest's first 128 bits (RFC 2104 §5) in hex; of an account under its epoch's key. */
  fingerprint(purpose: Purpose, text: string, accountEpoch?: number): Fingerprint;
}

/** The bytes of the keys, as the key file holds them. */
export interface KeyBytes {
  readonly lasting: ReadonlyMap<Purpose, Uint8Array>;
  readonly accounts: ReadonlyMap<number, Uint8Array>;
}

export const ROOT_KEY_BYTES = 32;
export const FIRST_EPOCH = 1;
const FINGERPRINT_HEX_DIGITS = 32;

/** HKDF-SHA-256 (RFC 5869) of the root key, one sub-key per epoch and purpose. */
export function deriveKeys(root: Uint8Array, epoch: number): SealingKeys {
  return sealingKeys(derivedBytes(root, epoch));
}

export function derivedBytes(root: Uint8Array, epoch: number): KeyBytes {
  if (root.length !== ROOT_KEY_BYTES) {
    throw new RangeError(`root key of ${root.length} bytes: ${ROOT_KEY_BYTES} are needed`);
  }
  const subKey = (purpose: Purpose) =>
    new Uint8Array(hkdfSync('sha256', root, 'stance sealing', `epoch ${epoch} ${purpose}`, ROOT_KEY_BYTES));
  return {
    lasting: new Map(LASTING_PURPOSES.map((purpose) => [purpose, subKey(purpose)])),
    accounts: new Map([[epoch, subKey('account')]]),
  };
}

export function sealingKeys({ lasting, accounts }: KeyBytes): SealingKeys {
  const ofPurposes = new Map([...lasting].map(([purpose, bytes]) => [purpose, keyedHash(bytes)]));
  const ofAccounts = new Map([...accounts].map(([epoch, bytes]) => [epoch, keyedHash(bytes)]));
  const under = (purpose: Purpose, epoch: number): ((text: string) => string) => {
    const hashed = purpose === 'account' ? ofAccounts.get(epoch) : ofPurposes.get(purpose);
    if (hashed !== undefined) return hashed;
    throw new TypeError(`no sealing key for ${purpose}${purpose === 'account' ? ` of epoch ${epoch}` : ''}`);
  };
  const hex = (purpose: Purpose, text: string, epoch = FIRST_EPOCH) => under(purpose, epoch)(text);
  return {
    accountEpochs: [...accounts.keys()],
    digest: (purpose, text) => Buffer.from(hex(purpose, text), 'hex'),
    fingerprint: (purpose, text, epoch) =>
      hex(purpose, text, epoch).slice(0, FINGERPRINT_HEX_DIGITS) as Fingerprint,
  };
}
