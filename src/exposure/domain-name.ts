import { getDomain, parse } from 'tldts';
import { asciiName } from '../model/index.ts';

const WITH_PRIVATE_PART = { allowPrivateDomains: true, validateHostname: false, detectIp: false };

/** A domain name of at least two labels, in the form of {@link asciiName}; `null` where the text is none. */
export function canonicalDomain(text: string): string | null {
  const name = asciiName(text);
  return name?.includes('.') === true ? name : null;
}

/** The registrable domain by the Public Suffix List with its private part; `null` for a public suffix. */
export function registrableDomain(name: string): string | null {
  return getDomain(name, WITH_PRIVATE_PART);
}

/** Whether it is somebody's registrable domain under a private suffix: events may hold it sealed. */
export function isTenant(name: string): boolean {
  const { domain, isPrivate } = parse(name, WITH_PRIVATE_PART);
  return isPrivate === true && domain === name;
}

/** The name's parents below a public suffix, nearest first: `a.b.evil.co.uk` → `b.evil.co.uk`, `evil.co.uk`. */
export function parentsOf(name: string): string[] {
  const registrable = registrableDomain(name);
  const parents: string[] = [];
  if (registrable === null) return parents;
  let rest = name;
  while (rest.length > registrable.length) {
    rest = rest.slice(rest.indexOf('.') + 1);
    parents.push(rest);
  }
  return parents;
}
