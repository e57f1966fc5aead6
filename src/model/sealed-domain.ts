import type { Fingerprint } from './event.ts';

const SEALED = /^sealed-([0-9a-f]{32})\./;

/**
 * What stands for a registrable domain under a private suffix (`sarah-home.duckdns.org`) whose own label may name a
 * person's machine, or carry data: one domain still, told apart from others, and known again by its fingerprint.
 */
export function sealedDomain(fingerprint: Fingerprint, suffix: string): string {
  return `sealed-${fingerprint}.${suffix}`;
}

/** The fingerprint of the domain that is sealed in this one; `null` where it is in the clear. */
export function sealedIn(domain: string): Fingerprint | null {
  return (SEALED.exec(domain)?.[1] as Fingerprint | undefined) ?? null;
}
