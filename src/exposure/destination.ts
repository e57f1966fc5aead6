import { type Address, type FingerprintOfName, LIMITS, sealedIn, type SealedName } from '../model/index.ts';
import { registrableDomain } from './domain-name.ts';
import type { Indicator } from './indicator.ts';

/** What an event was about, in the form in which the journal holds it. */
export type Destination =
  | { readonly type: 'ip'; readonly address: Address }
  | { readonly type: 'domain'; readonly name: SealedName }
  | { readonly type: 'hash'; readonly hash: string };

/** The one key of a destination: an address, `name:<fingerprint>`, `hash:<hex>`. */
export function destinationKey(destination: Destination): string {
  if (destination.type === 'ip') return destination.address;
  return destination.type === 'hash' ? `hash:${destination.hash}` : `name:${destination.name.fingerprint}`;
}

/**
 * All keys under which a destination is remembered: a name also as `domain:<registrable>`, and as the names between the
 * two, those next to the registrable domain.
 */
export function destinationKeys(destination: Destination): readonly string[] {
  const own = destinationKey(destination);
  if (destination.type !== 'domain') return [own];
  const { domain, parents } = destination.name;
  // The last of its parents is the registrable domain.
  const between = parents.slice(0, -1).slice(-LIMITS.namesAboveDestination);
  return [`domain:${domain}`, ...between.map((parent) => `name:${parent}`), own];
}

/** How names are known that events hold sealed. */
interface NameSeals {
  readonly fingerprint: FingerprintOfName;
  readonly sealName: (name: string) => SealedName | null;
}

/** The key that answers "who talked to this?": a name stands for all names below it. */
export function indicatorKey(indicator: Indicator, { fingerprint, sealName }: NameSeals): string {
  if (indicator.type === 'ip') return indicator.value;
  if (indicator.type === 'hash') return `hash:${indicator.value}`;
  const registrable = registrableDomain(indicator.value) ?? indicator.value;
  if (registrable !== indicator.value) return `name:${fingerprint(indicator.value)}`;
  const domain = sealName(indicator.value)?.domain ?? registrable;
  return `domain:${sealedIn(domain) === null ? registrable : domain}`;
}
