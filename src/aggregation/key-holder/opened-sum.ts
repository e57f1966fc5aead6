import {
  COHORTS,
  DEVICE_FEATURES,
  FEATURE,
  MOST_DEVICES,
  type Round,
  SLOTS,
  slotOf,
  type SiteId,
} from '../../model/index.ts';
import { bfv } from '../bfv/backend.ts';
import type { AggregatePart } from '../protocol/aggregate.ts';
import { admitCoefficients, ciphertextOf } from '../protocol/gate.ts';
import { whatIsWrong } from '../protocol/invariants.ts';
import { LinearCheck, masks } from '../protocol/linear-check.ts';
import { T } from '../protocol/parameters.ts';
import { Refused } from '../protocol/refused.ts';

export interface OpeningKeys {
  readonly secretKey: Uint8Array;
  readonly sharedCheck: Uint8Array;
  /** A site's own check key. */
  readonly siteCheck: (site: SiteId) => Uint8Array;
}

/**
 * Opens one part's sum, and holds it against its manifest.
 * @returns the sums by slot
 * @throws Refused where they are not the sums of exactly these reports
 */
export async function openPart(
  { manifest, coefficients }: AggregatePart,
  round: Round,
  keys: OpeningKeys,
  cohorts: number,
): Promise<readonly number[]> {
  const ciphertext = ciphertextOf(admitCoefficients(coefficients));
  const slots = (await bfv()).decrypt(ciphertext, keys.secretKey);
  for (let cohort = 0; cohort < COHORTS; cohort++) {
    if (slots[slotOf(cohort, FEATURE.contributions)] !== BigInt(manifest.length))
      throw new Refused('contributions');
  }
  refuseWrongCheck(
    slots,
    round,
    keys,
    manifest.map(({ header }) => header.site),
  );
  const sums = Array.from({ length: SLOTS }, (_, at) => Number(slots[at]));
  const devices = Array.from({ length: COHORTS }, (_, cohort) => sums[slotOf(cohort, FEATURE.devices)] ?? 0);
  const counted = manifest.reduce((sum, { header }) => sum + header.count, 0);
  if (counted > MOST_DEVICES || total(devices) !== counted) throw new Refused('count');
  if (whatIsWrong(sums, cohorts) !== null) throw new Refused('invariant');
  return sums;
}

function refuseWrongCheck(
  slots: BigUint64Array,
  round: Round,
  { sharedCheck, siteCheck }: OpeningKeys,
  sites: readonly SiteId[],
): void {
  const check = new LinearCheck(sharedCheck, round);
  const own = sites.map((site) => masks(siteCheck(site), round, site));
  for (let cohort = 0; cohort < COHORTS; cohort++) {
    const masked = own.reduce((sum, each) => sum + (each[cohort] ?? 0n), check.of(cohort, slots));
    if (slots[slotOf(cohort, FEATURE.linear_check)] !== masked % T) throw new Refused('linear_check');
  }
}

/** Of all cohorts, by feature, without the two of the protocol. */
export function sumsOf(sums: readonly number[], cohorts: Iterable<number>): number[] {
  const result = Array.from({ length: DEVICE_FEATURES }, () => 0);
  for (const cohort of cohorts) {
    for (let at = 0; at < DEVICE_FEATURES; at++)
      result[at] = (result[at] ?? 0) + (sums[slotOf(cohort, at)] ?? 0);
  }
  return result;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
