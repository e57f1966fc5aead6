import { createHash, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import {
  type Agreement,
  COHORTS,
  DAY_MS,
  FEATURES,
  HOUR_MS,
  jsonIn,
  MOST_DEVICES,
  NAME_PATTERN,
  type SiteId,
} from '../../model/index.ts';
import {
  COEFFICIENT_BITS,
  DEGREE,
  KEY_ID_BYTES,
  MOST_PARTS,
  MOST_REPORTS_PER_PART,
  Q,
  SPECIAL_PRIME,
  T,
} from './parameters.ts';
import { readPublicKey } from './signing.ts';

export const MOST_SITES = MOST_PARTS * MOST_REPORTS_PER_PART;
/** The contract asks for a minimum group; fewer than this would be one household's camera and its neighbour's. */
const LEAST_GROUP = 2;

const name = z.string().regex(NAME_PATTERN);
const text = z
  .string()
  .min(1)
  .max(200_000)
  .regex(/^[A-Za-z0-9+/]+=*$/);
/** An Ed25519 key, SPKI (RFC 8410): always the same twelve bytes and the key's 32. */
const ed25519 = z
  .string()
  .regex(/^MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=$/, 'an Ed25519 public key, SPKI in base 64');
const AgreementForm = z.strictObject({
  format: z.literal(1),
  tenant: name,
  keyId: z.string().regex(/^[0-9a-f]{32}$/),
  paramsHash: z.string().regex(/^[0-9a-f]{64}$/),
  minimumGroup: z.int().min(LEAST_GROUP).max(MOST_DEVICES),
  // A release is compared with all of 30 days: with 720 at most.
  roundMs: z
    .int()
    .min(HOUR_MS)
    .max(31 * DAY_MS),
  roundsCompared: z.int().min(1).max(100_000),
  cohorts: z.strictObject({
    version: z.int().min(1).max(0xffff_ffff),
    names: z.array(name).min(1).max(COHORTS),
  }),
  publicKey: text,
  releaseKey: ed25519,
  sites: z.array(z.strictObject({ site: name, key: ed25519 })).max(MOST_SITES),
});

/** What is wrong with an agreement, in words for its operator. */
export class AgreementError extends Error {
  override readonly name = 'AgreementError';
  readonly code = 'invalid_agreement';
}

/** An agreement with its keys read. */
export interface KnownAgreement extends Agreement {
  readonly releaseKeyObject: KeyObject;
  /** `undefined` for one that it does not name. */
  readonly siteKey: (site: SiteId) => KeyObject | undefined;
}

type Terms = Omit<Agreement, 'keyId' | 'paramsHash' | 'sites'>;

function keyIdOf(publicKey: string): string {
  return createHash('sha256')
    .update(Buffer.from(publicKey, 'base64'))
    .digest('hex')
    .slice(0, 2 * KEY_ID_BYTES);
}

/** Over all that two parties must mean the same by, before what one encrypts is of use to the other. */
function paramsHashOf(terms: Terms): string {
  const { tenant, minimumGroup, roundMs, roundsCompared, cohorts, publicKey, releaseKey } = terms;
  const meant = [
    ['stance fleet statistics', 1],
    ['bfv', DEGREE, COEFFICIENT_BITS, `${Q}`, `${SPECIAL_PRIME}`, `${T}`],
    FEATURES.map((feature) => [feature.name, feature.most]),
    [tenant, minimumGroup, roundMs, roundsCompared, cohorts.version, cohorts.names],
    [publicKey, releaseKey],
  ];
  return createHash('sha256').update(JSON.stringify(meant)).digest('hex');
}

export function makeAgreement(terms: Terms): Agreement {
  return { ...terms, keyId: keyIdOf(terms.publicKey), paramsHash: paramsHashOf(terms), sites: [] };
}

export function agreementText(agreement: Agreement): string {
  const { tenant, keyId, paramsHash, minimumGroup, roundMs, roundsCompared } = agreement;
  const { cohorts, publicKey, releaseKey, sites } = agreement;
  const short = { format: 1, tenant, keyId, paramsHash, minimumGroup, roundMs, roundsCompared, cohorts };
  return `${JSON.stringify({ ...short, publicKey, releaseKey, sites }, null, 2)}\n`;
}

/** @throws AgreementError which field is wrong, and what to do */
export function readAgreement(json: string): KnownAgreement {
  const content = jsonIn(json);
  if (content === undefined)
    throw new AgreementError('the agreement is not JSON; fetch it from the key holder again');
  const form = AgreementForm.safeParse(content);
  if (!form.success) {
    const [issue] = form.error.issues;
    throw new AgreementError(
      `the agreement's ${issue?.path.join('.') || 'content'} is not as it should be: ${issue?.message ?? ''}; fetch it from the key holder again`,
    );
  }
  const { format: _, sites, ...terms } = form.data;
  if (terms.keyId !== keyIdOf(terms.publicKey) || terms.paramsHash !== paramsHashOf(terms))
    throw new AgreementError(
      'the agreement was changed after the key holder wrote it, or is of another version of Stance; fetch it from the key holder again',
    );
  refuseTwice('cohort', terms.cohorts.names);
  refuseTwice(
    'site',
    sites.map(({ site }) => site),
  );
  refuseTwice(
    'key',
    sites.map(({ key }) => key),
  );
  const known = sites.map(({ site, key }) => ({ site: site as SiteId, key }));
  const texts = new Map(known.map(({ site, key }) => [site, key]));
  const keys = new Map<SiteId, KeyObject>();
  return {
    ...terms,
    sites: known,
    releaseKeyObject: readPublicKey(terms.releaseKey),
    // Most parties never need most of the keys.
    siteKey: (site) => {
      const written = texts.get(site);
      if (written === undefined) return undefined;
      const key = keys.get(site) ?? readPublicKey(written);
      keys.set(site, key);
      return key;
    },
  };
}

function refuseTwice(what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  const twice = names.find((each) => seen.size === seen.add(each).size);
  if (twice !== undefined) throw new AgreementError(`the agreement names the ${what} ${twice} twice`);
}
