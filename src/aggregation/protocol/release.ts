import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { DEVICE_FEATURES, jsonIn, type Release, type SiteId } from '../../model/index.ts';
import type { KnownAgreement } from './agreement.ts';
import { isSigned, signed } from './signing.ts';

export type UnsignedRelease = Omit<Release, 'signature'>;

export function signRelease(release: UnsignedRelease, key: KeyObject): Release {
  return { ...release, signature: signed('release', signedText(release), key).toString('base64') };
}

const sums = z.array(z.int().min(0)).length(DEVICE_FEATURES);
const ReleaseForm = z.strictObject({
  tenant: z.string(),
  keyId: z.string(),
  paramsHash: z.string(),
  round: z.int().min(0),
  releasedAt: z.int(),
  sites: z.array(z.string().transform((site) => site as SiteId)),
  minimumGroup: z.int(),
  cohortVersion: z.int(),
  whole: sums,
  cohorts: z.array(
    z.union([
      z.strictObject({ cohort: z.string(), sums }),
      z.strictObject({ cohort: z.string(), suppressed: z.literal(true) }),
    ]),
  ),
  signature: z.string(),
});

/**
 * A release as text, once all of it is what the agreement's key holder signed under this agreement.
 * @returns `null` for what is not
 */
export function readRelease(json: string, agreement: KnownAgreement): Release | null {
  const { tenant, keyId, paramsHash, releaseKeyObject } = agreement;
  const form = ReleaseForm.safeParse(jsonIn(json));
  if (!form.success) return null;
  const release = form.data;
  if (release.tenant !== tenant || release.keyId !== keyId || release.paramsHash !== paramsHash) return null;
  const signature = Buffer.from(release.signature, 'base64');
  return isSigned('release', signedText(release), signature, releaseKeyObject) ? release : null;
}

/** One text for one release: fields in this order, whatever the order in which they were written and read. */
function signedText(release: UnsignedRelease): Buffer {
  const { tenant, keyId, paramsHash, round, releasedAt, sites, minimumGroup, cohortVersion } = release;
  const { whole, cohorts } = release;
  const told = cohorts.map((each) =>
    'sums' in each ? [each.cohort, each.sums] : [each.cohort, 'suppressed'],
  );
  const head = [tenant, keyId, paramsHash, round, releasedAt, sites, minimumGroup, cohortVersion];
  return Buffer.from(JSON.stringify([...head, whole, told]));
}
