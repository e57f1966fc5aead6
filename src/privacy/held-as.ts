import { LIMITS, parseAddress } from '../model/index.ts';

/** As what something of an event is kept: what a person may know of it, and what its values look like. */
export interface HeldAs {
  readonly about: string;
  readonly fits: (value: unknown) => boolean;
}

const FINGERPRINT = /^[0-9a-f]{32}$/;
const DOMAIN = /^[a-z0-9_*-]+(?:\.[a-z0-9_*-]+)*$/;
/** Letters, digits and what products are written with: no sentence, no path, no mail address. */
const TOKEN = /^[\p{L}\p{N}_.,:;+()/ *&'#!-]+$/u;

/** The same, and what packages and their versions have besides: `@acme/parser`, `1.0~rc1^git2`. */
const PACKAGE = /^[\p{L}\p{N}_.,:;+()/ *&'#!@~^-]+$/u;

const orNull = (fits: HeldAs['fits']) => (value: unknown) => value === null || fits(value);
const matching = (pattern: RegExp, most: number) => (value: unknown) =>
  typeof value === 'string' && value.length <= most && pattern.test(value);
const listOf = (fits: HeldAs['fits']) => (value: unknown) => Array.isArray(value) && value.every(fits);
const number = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const address = (value: unknown) => typeof value === 'string' && parseAddress(value) === value;
const flag = (value: unknown) => value === null || typeof value === 'boolean';

/** An object of exactly these keys; of those in `optional` each may be missing. */
function shape(
  fields: Readonly<Record<string, HeldAs['fits']>>,
  optional: readonly string[] = [],
): HeldAs['fits'] {
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const keys = Object.keys(value);
    const isWhole = Object.keys(fields).every((key) => keys.includes(key) || optional.includes(key));
    return isWhole && keys.every((key) => fields[key]?.((value as Record<string, unknown>)[key]) === true);
  };
}

const endpoint = shape({ address, port: orNull(number), local: flag });
const name = shape(
  {
    domain: matching(DOMAIN, 253),
    fingerprint: matching(FINGERPRINT, 32),
    parents: listOf(matching(FINGERPRINT, 32)),
    labels: shape({ count: number, length: number, entropy: number }),
    full: matching(DOMAIN, 253),
    guarded: (value) => value === true,
  },
  ['full', 'guarded'],
);

export const HELD_AS = {
  number: { about: 'a bounded number', fits: orNull(number) },
  time: { about: 'an instant', fits: number },
  flag: { about: 'yes, no or not said', fits: flag },
  word: {
    about: 'a word of a closed vocabulary',
    fits: orNull(matching(/^[A-Za-z][A-Za-z0-9_]{0,31}$/, 32)),
  },
  identifier: {
    about: `an identifier of a protocol, a product or a rule, at most ${LIMITS.identifierChars} characters`,
    fits: orNull(matching(TOKEN, LIMITS.identifierChars)),
  },
  identifiers: {
    about: `identifiers, each at most ${LIMITS.identifierChars} characters`,
    fits: listOf(matching(TOKEN, LIMITS.identifierChars)),
  },
  packages: {
    about: 'names, versions, makers, package URLs and CPEs of installed packages',
    fits: listOf(
      shape({
        name: matching(PACKAGE, 128),
        version: orNull(matching(PACKAGE, 128)),
        vendor: orNull(matching(TOKEN, LIMITS.identifierChars)),
        purl: orNull(matching(/^pkg:[!-~]+$/, 512)),
        cpe: orNull(matching(/^cpe:[!-~]+$/, 512)),
      }),
    ),
  },
  digest: { about: 'a digest of a file or a certificate', fits: orNull(matching(/^[0-9a-f]{32,64}$/, 64)) },
  certificate_key: {
    about: "a certificate's digest, or the sensor's own id of it",
    fits: orNull(matching(/^[A-Za-z0-9_-]{1,64}$/, 64)),
  },
  certificate_keys: {
    about: "a certificate's digests, and the sensor's own ids of it",
    fits: listOf(matching(/^[A-Za-z0-9_-]{1,64}$/, 64)),
  },
  address: { about: 'an IP address', fits: orNull(address) },
  addresses: { about: 'IP addresses', fits: listOf(address) },
  endpoint: { about: 'an IP address and a port', fits: orNull(endpoint) },
  fingerprint: { about: 'a keyed 128-bit fingerprint', fits: orNull(matching(FINGERPRINT, 32)) },
  sealed_name: {
    about:
      'a registrable domain, keyed fingerprints of the name and its parents, statistics of its labels; the full name once it is stable',
    fits: orNull(name),
  },
  sealed_mac: {
    about: "a keyed fingerprint and the vendor's three octets",
    fits: orNull(
      shape({
        fingerprint: matching(FINGERPRINT, 32),
        vendor: orNull(matching(/^[0-9a-f]{2}(?::[0-9a-f]{2}){2}$/, 8)),
      }),
    ),
  },
  sealed_account: {
    about: 'a fingerprint under the key of the epoch, and whether it is a person, a service or a machine',
    fits: orNull(
      shape({
        fingerprint: matching(FINGERPRINT, 32),
        nature: (value) => value === 'person' || value === 'service' || value === 'machine',
      }),
    ),
  },
  provenance: {
    about: "site and sensor, and the sensor's own ids of the record: the way back to the customer's logs",
    fits: shape({
      site: matching(/^.{1,64}$/u, 64),
      sensor: matching(/^.{1,160}$/u, 160),
      uid: orNull(matching(/^[A-Za-z0-9_:.-]{1,64}$/, 64)),
      communityId: orNull(matching(/^1:[A-Za-z0-9+/]{27}=$/, 30)),
    }),
  },
} as const satisfies Record<string, HeldAs>;
