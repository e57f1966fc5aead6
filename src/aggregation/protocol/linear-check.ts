import { createCipheriv, createHmac } from 'node:crypto';
import { COHORTS, FEATURE, type Round, type SiteId, slotOf } from '../../model/index.ts';
import { T } from './parameters.ts';

/** The features that the check covers: all before it. */
const CHECKED = FEATURE.linear_check;
const RESIDUE_BYTES = 16;

/** What a site has of the key holder's check keys. Each is 32 bytes. */
export interface CheckKeys {
  /** Of the tenant: the same at every site, because only then do checks add. */
  readonly shared: Uint8Array;
  /** Of this site alone. */
  readonly own: Uint8Array;
}

/**
 * The value of a cohort's check slot, modulo t: Σ r_f · x_f + m, with r_f of the tenant and m of the site, both new in each
 * round. It is linear, so the checks of many sites add to the check of their sums plus all their m. Whoever has not the
 * keys can neither alter a sum, nor leave out, exchange or repeat a report (each site's m must be there exactly once),
 * without being found out but once in t. A site has them: it can still lie of itself, as it can with any check.
 */
export class LinearCheck {
  readonly #factors: readonly bigint[];

  constructor(shared: Uint8Array, round: Round) {
    this.#factors = residues(shared, `factors ${round}`, COHORTS * CHECKED);
  }

  /** Without the m. `slots`: all of a block's, modulo t or below it. */
  of(cohort: number, slots: BigUint64Array): bigint {
    let sum = 0n;
    for (let feature = 0; feature < CHECKED; feature++) {
      const factor = this.#factors[cohort * CHECKED + feature] ?? 0n;
      sum += factor * (slots[slotOf(cohort, feature)] ?? 0n);
    }
    return sum % T;
  }
}

/** A site's m for each cohort. */
export function masks(own: Uint8Array, round: Round, site: SiteId): readonly bigint[] {
  return residues(own, `masks ${round} ${site}`, COHORTS);
}

/** Numbers modulo t from a key: 128 bits each of AES-256 in counter mode, so that none is likelier by more than 2^-91. */
function residues(key: Uint8Array, purpose: string, count: number): readonly bigint[] {
  const streamKey = createHmac('sha256', key).update(`stance fleet statistics 1 ${purpose}`).digest();
  // A key for this one stream: the counter may begin at nought.
  const cipher = createCipheriv('aes-256-ctr', streamKey, Buffer.alloc(16));
  const stream = cipher.update(Buffer.alloc(count * RESIDUE_BYTES));
  return Array.from({ length: count }, (_, nth) => {
    const at = nth * RESIDUE_BYTES;
    return ((stream.readBigUInt64BE(at) << 64n) | stream.readBigUInt64BE(at + 8)) % T;
  });
}
