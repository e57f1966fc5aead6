import { createHash } from 'node:crypto';

export const SPLITS = ['tune', 'test', 'all'] as const;
export type Split = (typeof SPLITS)[number];

/**
 * Another text would halve another way. This one was chosen once, before anything was measured with it, so that each half has
 * hosts of the lab, one of the two labelled machines, and a beacon.
 */
const SALT = 'stance evaluation 2853';

/** The half to which an entity (`set/address`) or an attack family belongs: by its name alone, whatever else there is. */
export function halfOf(name: string): Exclude<Split, 'all'> {
  const [byte = 0] = createHash('sha256').update(`${SALT}/${name}`).digest();
  return byte % 2 === 0 ? 'tune' : 'test';
}

export function isIn(split: Split, name: string): boolean {
  return split === 'all' || halfOf(name) === split;
}
