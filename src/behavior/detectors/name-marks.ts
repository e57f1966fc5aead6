import type { SealedName } from '../../model/index.ts';

/** 32 bits of a name's keyed fingerprint, never 0: who does not know the key can not choose them. */
export function markOfName({ fingerprint }: SealedName): number {
  return markOf(fingerprint);
}

/** The same of the registrable domain. */
export function markOfDomain({ fingerprint, parents }: SealedName): number {
  return markOf(parents.at(-1) ?? fingerprint);
}

/** Below these stand machines and addresses, or nothing of the name is known: not what somebody registered. */
export function isOfMachines({ domain }: SealedName): boolean {
  return domain === 'local' || domain === 'invalid' || domain === 'arpa' || domain.endsWith('.arpa');
}

function markOf(fingerprint: string): number {
  return Number.parseInt(fingerprint.slice(0, 8), 16) || 1;
}
