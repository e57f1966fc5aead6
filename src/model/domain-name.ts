import { domainToASCII } from 'node:url';

/** Underscores are no host names (RFC 952), but names in DNS, also of malware. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** What a URL, an address or a pattern has and a name has not. */
const FOREIGN = /[\s%/:@*]/;

/**
 * A domain name in A-labels (UTS #46), lower case, without root dot; labels of at most 63 characters, 253
 * in all (RFC 1035 §2.3.4). `null` where the text is none. A single label stands for a top-level domain.
 */
export function asciiName(text: string): string | null {
  if (FOREIGN.test(text)) return null;
  const ascii = /^[\x21-\x7e]+$/.test(text) ? text.toLowerCase() : domainToASCII(text);
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  const labels = name.split('.');
  if (name.length > 253 || !labels.every((label) => LABEL.test(label))) return null;
  // A last label of digits is a mistyped address, never a top-level domain (RFC 3696 §2).
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : name;
}
