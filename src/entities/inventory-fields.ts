import type { Address, Criticality, EpochMs, InventoryWorkload, Role, SiteId } from '../model/index.ts';
import {
  CRITICALITIES,
  isEntityId,
  NAME_PATTERN,
  parseAddress,
  readSpiffeId,
  ROLES,
} from '../model/index.ts';

/** What is wrong with a value and what is allowed; thrown inside this room only, and always turned into a value. */
export class FieldError extends Error {}

/** One field of an inventory entry: makes its value from what a file holds. Lists may be one string, parted by `;`. */
export type FieldReader<T> = (value: unknown) => T;

const MAX_TEXT_CHARS = 128;
const MAX_LIST_ITEMS = 64;
const WORD_PATTERN = /^[a-z0-9][a-z0-9_.-]{0,63}$/;
const HOST_NAME_PATTERN = /^[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?$/;
const WORKLOAD_KINDS = ['server', 'container', 'vm', 'function', 'service'] as const;
type WorkloadKind = InventoryWorkload['kind'];

/** Free text of the operator's. Anything that looks like a mail address is a person's, and has no place here. */
export const text: FieldReader<string> = (value) => {
  if (typeof value !== 'string' && typeof value !== 'number') throw new FieldError('must be text');
  const trimmed = String(value).trim();
  if (trimmed === '' || trimmed.length > MAX_TEXT_CHARS)
    throw new FieldError(`must be 1 to ${MAX_TEXT_CHARS} characters`);
  if (trimmed.includes('@'))
    throw new FieldError('must not hold "@": name a team or a thing, never a person');
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(trimmed)) throw new FieldError('must not hold control characters');
  return trimmed;
};

/** Quoted in YAML: an unquoted 11.10 is the number 11.1, and the version would be another. */
export const version: FieldReader<string> = (value) => {
  if (typeof value === 'number')
    throw new FieldError('must be quoted: an unquoted version such as 11.10 is read as a number');
  return text(value);
};

export const word: FieldReader<string> = (value) => {
  const found = text(value);
  if (!WORD_PATTERN.test(found))
    throw new FieldError('must be lower case letters, digits, "_", "-" or ".", at most 64, e.g. ip_camera');
  return found;
};

export const site: FieldReader<SiteId> = (value) => {
  const found = text(value);
  if (!NAME_PATTERN.test(found))
    throw new FieldError('must be a site name: letters, digits, ".", "_", "-", at most 64');
  return found as SiteId;
};

export function idOf<P extends 'dev' | 'wkl'>(...prefixes: readonly P[]): FieldReader<`${P}_${string}`> {
  const allowed = prefixes.map((prefix) => `${prefix}_…`).join(' or ');
  const isOne = (found: string): found is `${P}_${string}` =>
    isEntityId(found) && prefixes.some((prefix) => found.startsWith(`${prefix}_`));
  return (value) => {
    const found = text(value);
    if (!isOne(found))
      throw new FieldError(
        `must be ${allowed} in lower case letters, digits, "_", "-" or ".", e.g. dev_camera_floor3_east`,
      );
    return found;
  };
}

function oneOf<T extends string>(allowed: readonly T[]): FieldReader<T> {
  return (value) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) throw new FieldError(`must be one of ${allowed.join(', ')}`);
    return found;
  };
}

export const criticality: FieldReader<Criticality> = oneOf(CRITICALITIES);
export const workloadKind: FieldReader<WorkloadKind> = oneOf(WORKLOAD_KINDS);
export const roles: FieldReader<readonly Role[]> = listOf(oneOf(ROLES));
/** As Kubernetes writes labels: `app=web`, `app.kubernetes.io/name=web`. */
const LABEL_PATTERN = /^[a-z0-9][a-z0-9._/-]{0,100}=[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

export const tags: FieldReader<readonly string[]> = listOf((value) => {
  const found = text(value);
  if (LABEL_PATTERN.test(found) || WORD_PATTERN.test(found)) return found;
  throw new FieldError(
    'must be lower case letters, digits, "_", "-" or ".", at most 64, e.g. floor3; or a label such as app=web',
  );
});

export const addresses: FieldReader<readonly Address[]> = listOf((value) => {
  const found = typeof value === 'string' ? parseAddress(value) : null;
  if (found === null)
    throw new FieldError('must be IP addresses, e.g. 10.0.2.5 or 2001:db8::5, without a prefix length');
  return found;
});

/** Colons, hyphens or Cisco's dots; made `aa:bb:cc:dd:ee:ff`. */
export const macs: FieldReader<readonly string[]> = listOf((value) => {
  const digits = typeof value === 'string' ? value.toLowerCase() : '';
  if (
    !/^(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}$|^(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}$/.test(digits)
  ) {
    throw new FieldError('must be MAC addresses, e.g. ac:cc:8e:01:02:03');
  }
  return (digits.replace(/[^0-9a-f]/g, '').match(/../g) ?? []).join(':');
});

/** SHA-256 or SHA-1, with or without colons; made lower-case hex. */
export const certificates: FieldReader<readonly string[]> = listOf((value) => {
  const digits = typeof value === 'string' ? value.toLowerCase().replaceAll(':', '') : '';
  if (!/^(?:[0-9a-f]{64}|[0-9a-f]{40})$/.test(digits))
    throw new FieldError('must be certificate fingerprints: SHA-256 or SHA-1 in hexadecimal');
  return digits;
});

export const spiffeId: FieldReader<string> = (value) => {
  const found = readSpiffeId(text(value));
  if (found === null || found.path === '')
    throw new FieldError('must be a SPIFFE ID with a path, e.g. spiffe://example.org/ns/shop/sa/web');
  return found.id;
};

/** As the maker wrote it; quoted in YAML, as leading zeros count. */
export const serial: FieldReader<string> = (value) => {
  if (typeof value === 'number')
    throw new FieldError('must be quoted: an unquoted serial such as 00123 is read as a number');
  return text(value);
};

export const hostNames: FieldReader<readonly string[]> = listOf((value) => {
  const found = text(value).toLowerCase().replace(/\.$/, '');
  if (!HOST_NAME_PATTERN.test(found))
    throw new FieldError('must be host names: letters, digits, "-", "_" and "."');
  return found;
});

export const instances: FieldReader<number> = (value) => {
  const found = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : value;
  if (typeof found !== 'number' || !Number.isInteger(found) || found < 0 || found > 100_000) {
    throw new FieldError('must be a whole number from 0 to 100000');
  }
  return found;
};

/** A calendar day, midnight UTC of its beginning. */
export const day: FieldReader<EpochMs> = (value) => {
  const found = typeof value === 'string' ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) : null;
  const time = found === null ? Number.NaN : Date.parse(`${found[0]}T00:00:00.000Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value) {
    throw new FieldError('must be a day, e.g. 2027-06-30');
  }
  return time;
};

function listOf<T>(item: FieldReader<T>): FieldReader<readonly T[]> {
  return (value) => {
    const parts =
      typeof value === 'string'
        ? value
            .split(';')
            .map((part) => part.trim())
            .filter((part) => part !== '')
        : value;
    if (!Array.isArray(parts)) throw new FieldError('must be a list, or text parted by ";"');
    if (parts.length > MAX_LIST_ITEMS) throw new FieldError(`must be at most ${MAX_LIST_ITEMS} items`);
    return [...new Set(parts.map((part: unknown) => item(part)))];
  };
}
