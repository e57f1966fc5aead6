import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere, replaceDurably } from '../../files/index.ts';
import type { Agreement, FeatureBlock, Report, Round, SiteEncryptor, SiteId } from '../../model/index.ts';
import { FolderError, makeFolder, readSecret } from '../private-folder.ts';
import { type KnownAgreement, readAgreement } from '../protocol/agreement.ts';
import { refuseForeign } from '../protocol/belongs.ts';
import { Refused } from '../protocol/refused.ts';
import { readReport, type SignedHeader } from '../protocol/report.ts';
import { privateKeyText, publicKeyText, readPrivateKey } from '../protocol/signing.ts';
import { readCredential } from '../protocol/credential.ts';
import { devicesIn, encryptedReport, type SiteIdentity } from './encryptor.ts';

const SIGNING_KEY = 'signing.key';
const CREDENTIAL = 'credential.json';
const AGREEMENT = 'agreement.json';
const REPORTS = 'reports';
const REPORT_NAME = /^(\d{1,15})\.report$/;
/** Rounds of which the report is kept, to send it again: an aggregator takes the last two. */
const REPORTS_KEPT = 3;

/**
 * Makes a site's signing key, which never leaves the folder; a second call gives the same one.
 * @returns the public key for the key holder, SPKI in base 64
 */
export async function newSite(dir: string): Promise<string> {
  await makeFolder(dir);
  const path = join(dir, SIGNING_KEY);
  if ((await readIfThere(path)) === null) {
    const { privateKey } = generateKeyPairSync('ed25519');
    await replaceDurably(path, `${privateKeyText(privateKey)}\n`);
  }
  return publicKeyText(await signingKey(dir));
}

/**
 * Takes what the key holder gave: to this site, and to all of the tenant.
 * @throws FolderError, AgreementError
 */
export async function joinFleet(
  dir: string,
  given: { readonly credential: string; readonly agreement: string },
): Promise<SiteIdentity> {
  const identity = identityOf(await signingKey(dir), given.credential, given.agreement, dir);
  await replaceDurably(join(dir, CREDENTIAL), given.credential);
  await replaceDurably(join(dir, AGREEMENT), given.agreement);
  await makeFolder(join(dir, REPORTS));
  return identity;
}

export interface OpenSite extends SiteEncryptor, SiteIdentity {
  /** The report of a round, where one was made and is still kept: nothing is encrypted for it. */
  kept(round: Round): Promise<Report | null>;
}

/** @throws FolderError, AgreementError: which file is wrong, and what to do */
export async function openSite(dir: string): Promise<OpenSite> {
  const advice = 'join with stance site join';
  const credential = (await readSecret(join(dir, CREDENTIAL), advice)).toString();
  const agreement = (await readSecret(join(dir, AGREEMENT), advice)).toString();
  const identity = identityOf(await signingKey(dir), credential, agreement, dir);
  const reports = join(dir, REPORTS);
  const pathOf = (round: Round) => join(reports, `${round}.report`);
  const kept = async (round: Round): Promise<Report | null> => {
    const bytes = await readIfThere(pathOf(round));
    const report = bytes === null ? null : { ...readReport(bytes), bytes };
    return report !== null && isOf(report, identity.agreement) ? report : null;
  };
  return {
    ...identity,
    kept,
    async report(block: FeatureBlock, round: Round): Promise<Report> {
      const before = await kept(round);
      if (before !== null) return before;
      const report = await encryptedReport(identity, shown(block, identity.agreement), round);
      await replaceDurably(pathOf(round), report.bytes);
      await forgetOld(reports);
      return report;
    },
  };
}

/** One from before the site joined anew, with another key or under another agreement, would be refused by everybody. */
function isOf(report: Report & SignedHeader, agreement: KnownAgreement): boolean {
  try {
    refuseForeign(report, agreement);
    return true;
  } catch (cause) {
    if (cause instanceof Refused) return false;
    throw cause;
  }
}

/**
 * Nothing, where the site has fewer devices than the minimum group: it could neither join nor miss a round without giving
 * them away, and until then nothing would be released to anybody. It is a reader, its report as long as any other.
 */
function shown(block: FeatureBlock, { minimumGroup }: Agreement): FeatureBlock {
  return devicesIn(block) < minimumGroup ? new Float64Array(block.length) : block;
}

function identityOf(
  key: KeyObject,
  credentialJson: string,
  agreementJson: string,
  dir: string,
): SiteIdentity {
  const credential = readCredential(credentialJson, join(dir, CREDENTIAL));
  const agreement = readAgreement(agreementJson);
  const { site, paramsHash, checkKeys } = credential;
  if (agreement.paramsHash !== paramsHash)
    throw new FolderError(
      `the agreement of ${agreement.tenant} is not the one for which ${site} was enrolled: fetch both from the key holder`,
    );
  refuseOtherKey(key, site, agreement);
  return { site, agreement, signingKey: key, checkKeys };
}

function refuseOtherKey(key: KeyObject, site: SiteId, { sites }: KnownAgreement): void {
  const enrolled = sites.find((each) => each.site === site)?.key;
  if (enrolled === publicKeyText(key)) return;
  const why = enrolled === undefined ? 'does not name it' : 'names it with another signing key';
  throw new FolderError(`${site} cannot report: the agreement ${why}; enrol it with the key holder`);
}

async function signingKey(dir: string): Promise<KeyObject> {
  const path = join(dir, SIGNING_KEY);
  const text = (await readSecret(path, 'make it with stance site init')).toString().trim();
  try {
    return readPrivateKey(text);
  } catch (cause) {
    throw new FolderError(`${path} is no Ed25519 key: restore it, or make a new one and enrol it`, { cause });
  }
}

async function forgetOld(dir: string): Promise<void> {
  const rounds = (await readdir(dir)).flatMap((name) => Number(REPORT_NAME.exec(name)?.[1] ?? []));
  const old = rounds.toSorted((a, b) => b - a).slice(REPORTS_KEPT);
  await Promise.all(old.map((round) => rm(join(dir, `${round}.report`))));
}
