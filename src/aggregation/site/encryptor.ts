import type { KeyObject } from 'node:crypto';
import {
  COHORTS,
  FEATURE,
  type FeatureBlock,
  MOST_DEVICES,
  type Report,
  type Round,
  type SiteId,
  slotOf,
} from '../../model/index.ts';
import { bfv } from '../bfv/backend.ts';
import type { KnownAgreement } from '../protocol/agreement.ts';
import { whatIsWrong } from '../protocol/invariants.ts';
import { type CheckKeys, LinearCheck, masks } from '../protocol/linear-check.ts';
import { T } from '../protocol/parameters.ts';
import { ciphertextHash, makeReport } from '../protocol/report.ts';

/** Who a site is, to encrypt. */
export interface SiteIdentity {
  readonly site: SiteId;
  readonly agreement: KnownAgreement;
  readonly signingKey: KeyObject;
  readonly checkKeys: CheckKeys;
}

/**
 * A block as a report: with its contribution and its check, encrypted, signed.
 * @throws RangeError for a block that breaks the bounds: nobody could mend it once it is encrypted
 */
export async function encryptedReport(
  { site, agreement, signingKey, checkKeys }: SiteIdentity,
  block: FeatureBlock,
  round: Round,
): Promise<Report> {
  const wrong = whatIsWrong(block, agreement.cohorts.names.length);
  if (wrong !== null) throw new RangeError(`a block of features cannot be reported: ${wrong}`);
  const count = devicesIn(block);
  if (count > MOST_DEVICES)
    throw new RangeError(
      `a site reports at most ${MOST_DEVICES} devices, got ${count}: divide it into sites`,
    );
  const { tenant, keyId, paramsHash, cohorts } = agreement;
  const scheme = await bfv();
  const ciphertext = scheme.encrypt(
    slotsOf(block, round, site, checkKeys),
    Buffer.from(agreement.publicKey, 'base64'),
  );
  const header = { tenant, keyId, paramsHash, round, site, cohortVersion: cohorts.version, count };
  return makeReport({ ...header, ciphertextHash: ciphertextHash(ciphertext) }, ciphertext, signingKey);
}

export function slotsOf(block: FeatureBlock, round: Round, site: SiteId, keys: CheckKeys): BigUint64Array {
  const slots = BigUint64Array.from(block, BigInt);
  const check = new LinearCheck(keys.shared, round);
  const own = masks(keys.own, round, site);
  for (let cohort = 0; cohort < COHORTS; cohort++) {
    slots[slotOf(cohort, FEATURE.contributions)] = 1n;
    slots[slotOf(cohort, FEATURE.linear_check)] = (check.of(cohort, slots) + (own[cohort] ?? 0n)) % T;
  }
  return slots;
}

export function devicesIn(block: FeatureBlock): number {
  let devices = 0;
  for (let cohort = 0; cohort < COHORTS; cohort++) devices += block[slotOf(cohort, FEATURE.devices)] ?? 0;
  return devices;
}
