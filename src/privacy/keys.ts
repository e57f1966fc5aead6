import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Fingerprint } from '../model/index.ts';

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

/** The keys of one epoch. They can be used but not read: neither a log line nor a JSON text shows them. */
export interface SealingKeys {
  readonly epoch: number;
  /** HMAC-SHA-256 (RFC 2104) under the purpose's key, 32 bytes. */
  digest(purpose: Purpose, text: string): Buffer;
  /** The digest's first 128 bits (RFC 2104 §5) in hex. */
  fingerprint(purpose: Purpose, text: string): Fingerprint;
}

export const ROOT_KEY_BYTES = 32;
const FINGERPRINT_HEX_DIGITS = 32;

/** HKDF-SHA-256 (RFC 5869) of the root key, one sub-key per epoch and purpose. */
export function deriveKeys(root: Uint8Array, epoch: number): SealingKeys {
  if (root.length !== ROOT_KEY_BYTES) {
    throw new RangeError(`root key of ${root.length} bytes: ${ROOT_KEY_BYTES} are needed`);
  }
  const subKeys = new Map<Purpose, KeyObject>();
  for (const purpose of PURPOSES) {
    const bytes = hkdfSync('sha256', root, 'stance sealing', `epoch ${epoch} ${purpose}`, 32);
    subKeys.set(purpose, createSecretKey(new Uint8Array(bytes)));
  }
  const hmac = (purpose: Purpose, text: string) => {
    const key = subKeys.get(purpose);
    if (key === undefined) throw new TypeError(`no sealing key for ${purpose}`);
    return createHmac('sha256', key).update(text);
  };
  return {
    epoch,
    digest: (purpose, text) => hmac(purpose, text).digest(),
    fingerprint: (purpose, text) =>
      hmac(purpose, text).digest('hex').slice(0, FINGERPRINT_HEX_DIGITS) as Fingerprint,
  };
}
