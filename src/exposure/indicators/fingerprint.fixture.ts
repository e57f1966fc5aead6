import { createHash } from 'node:crypto';
import type { Fingerprint } from '../../model/index.ts';

/** As the privacy door makes them, under no key. */
export function fingerprint(name: string): Fingerprint {
  return createHash('sha256').update(name).digest('hex').slice(0, 32) as Fingerprint;
}
