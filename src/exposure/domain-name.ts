import { domainToASCII } from 'node:url';
import { getDomain } from 'tldts';

/** Underscores are no host names (RFC 952), but names in DNS, also of malware. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * A domain name in A-labels (UTS #46), lower case, without root dot; at least two labels of at most
 * 63 characters, 253 in all (RFC 1035 §2.3.4). `null` where the text is none.
 */
export function canonicalDomain(text: string): string | null {
  const ascii = /^[\x21-\x7e]+$/.test(text) ? text.toLowerCase() : toAscii(text);
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  if (name.length > 253) return null;
  const labels = name.split('.');
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label))) return null;
  // A last label of digits is a mistyped address, never a top-level domain (RFC 3696 §2).
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : name;
}

/** The registrable domain by the Public Suffix List with its private part; `null` for a public suffix. */
export function registrableDomain(name: string): string | null {
  return getDomain(name, { allowPrivateDomains: true, validateHostname: false, detectIp: false });
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

/** Percent signs would be decoded as in a URL: no name holds them. */
function toAscii(text: string): string {
  return text.includes('%') ? '' : domainToASCII(text);
}
