import { generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, replaceDurably } from '../../files/index.ts';
import { type Agreement, DAY_MS, jsonIn, NAME_PATTERN, type SiteId } from '../../model/index.ts';
import { bfv } from '../bfv/backend.ts';
import { FolderError, makeFolder, readSecret } from '../private-folder.ts';
import {
  agreementText,
  type KnownAgreement,
  makeAgreement,
  MOST_SITES,
  readAgreement,
} from '../protocol/agreement.ts';
import { privateKeyText, publicKeyText, readPrivateKey, readPublicKey } from '../protocol/signing.ts';
import { credentialText } from '../protocol/credential.ts';
import type { OpeningKeys } from './opened-sum.ts';
import { type RoundDisclosed, RoundLedger } from './round-ledger.ts';

const SECRET_KEY = 'secret.key';
const KEYS = 'keys.json';
const AGREEMENT = 'agreement.json';
const ROUNDS = 'rounds';
const ROOT_BYTES = 32;

const KeysForm = z.strictObject({
  format: z.literal(1),
  release: z.string().regex(/^[A-Za-z0-9+/]+=*$/),
  checkRoot: z.string().regex(/^[0-9a-f]{64}$/),
});

export interface Founding {
  readonly tenant: string;
  readonly minimumGroup: number;
  readonly roundMs: number;
  readonly cohorts: Agreement['cohorts'];
  /** The folder of the keys that these come after: what was told under those is not forgotten. */
  readonly successorOf?: string | null;
}

/** How far back sets of sites are compared: what a fleet was a month ago says little of it now. */
const COMPARED_MS = 30 * DAY_MS;

/** The keys of a tenant's fleet statistics, in a folder for the key holder alone. */
export interface KeyFolder {
  readonly agreement: KnownAgreement;
  readonly opening: OpeningKeys;
  readonly releaseKey: KeyObject;
  readonly roundsDir: string;
}

/**
 * Makes the keys and the agreement without sites.
 * @throws FolderError where there are keys already: what they encrypt would be lost with them
 */
export async function newKeyFolder(
  dir: string,
  { tenant, minimumGroup, roundMs, cohorts, successorOf = null }: Founding,
  random: (bytes: number) => Uint8Array,
): Promise<Agreement> {
  if (!NAME_PATTERN.test(tenant))
    throw new FolderError(
      `a tenant is named by up to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit: got "${tenant}"`,
    );
  await makeFolder(dir);
  if ((await readIfThere(join(dir, SECRET_KEY))) !== null)
    throw new FolderError(`${dir} has a secret key already: name another folder for a new one`);
  const before = successorOf === null ? [] : await toldBefore(successorOf, { tenant, roundMs, cohorts });
  const { publicKey, secretKey } = (await bfv()).newKeys();
  const release = generateKeyPairSync('ed25519').privateKey;
  const agreement = makeAgreement({
    tenant,
    minimumGroup,
    roundMs,
    roundsCompared: Math.max(1, Math.ceil(COMPARED_MS / roundMs)),
    cohorts,
    publicKey: Buffer.from(publicKey).toString('base64'),
    releaseKey: publicKeyText(release),
  });
  const text = agreementText(agreement);
  // Refused now rather than by every site.
  readAgreement(text);
  const checkRoot = Buffer.from(random(ROOT_BYTES)).toString('hex');
  const keys = { format: 1, release: privateKeyText(release), checkRoot };
  await replaceDurably(join(dir, KEYS), `${JSON.stringify(keys)}\n`);
  await replaceDurably(join(dir, AGREEMENT), text);
  await RoundLedger.found(join(dir, ROUNDS), before);
  await replaceDurably(join(dir, SECRET_KEY), secretKey);
  return agreement;
}

/** In rounds of the new length. */
async function toldBefore(
  dir: string,
  { tenant, roundMs, cohorts }: Pick<Founding, 'tenant' | 'roundMs' | 'cohorts'>,
): Promise<readonly RoundDisclosed[]> {
  const agreement = await readOwnAgreement(dir);
  if (agreement.tenant !== tenant)
    throw new FolderError(`${dir} is of ${agreement.tenant}: keys of ${tenant} cannot be its successors`);
  if (JSON.stringify(agreement.cohorts.names) !== JSON.stringify(cohorts.names))
    throw new FolderError(
      `${dir} tells other cohorts apart than this version of Stance, so that releases cannot be compared: let 30 days pass without a release, then begin without --successor-of`,
    );
  const disclosed = await (await RoundLedger.open(join(dir, ROUNDS))).disclosed();
  return disclosed.map(({ round, disclosure }) => ({
    round: Math.floor((round * agreement.roundMs) / roundMs),
    disclosure,
  }));
}

/** @throws FolderError, AgreementError: which file is wrong, and what to do */
export async function openKeyFolder(dir: string): Promise<KeyFolder> {
  const agreement = await readOwnAgreement(dir);
  const { release, checkRoot } = await readKeys(dir);
  const secretKey = await readSecret(join(dir, SECRET_KEY), 'restore it; nothing opens without it');
  const keyOf = new Map(agreement.sites.map(({ site, key }) => [site, key]));
  return {
    agreement,
    opening: {
      secretKey,
      sharedCheck: sharedCheckKey(checkRoot),
      siteCheck: (site) => siteCheckKey(checkRoot, site, keyOf.get(site) ?? ''),
    },
    releaseKey: readPrivateKey(release),
    roundsDir: join(dir, ROUNDS),
  };
}

export interface SiteToEnrol {
  readonly site: string;
  /** As `newSite` gives it. */
  readonly key: string;
}

/**
 * Enrols sites, or gives them other signing keys. All parties need the agreement anew.
 * @returns for each what only that site may have
 * @throws FolderError, AgreementError
 */
export async function enrolSites(dir: string, enrolled: readonly SiteToEnrol[]): Promise<readonly string[]> {
  for (const each of enrolled) refuseWrong(each);
  const agreement = await readOwnAgreement(dir);
  const names = new Set(enrolled.map(({ site }) => site));
  const sites = agreement.sites
    .filter(({ site }) => !names.has(site))
    .concat(enrolled.map(({ site, key }) => ({ site: site as SiteId, key })));
  if (sites.length > MOST_SITES) throw new FolderError(`a fleet has at most ${MOST_SITES} sites`);
  const text = agreementText({ ...agreement, sites });
  readAgreement(text);
  await replaceDurably(join(dir, AGREEMENT), text);
  const { checkRoot } = await readKeys(dir);
  return enrolled.map(({ site, key }) =>
    credentialText({
      site: site as SiteId,
      paramsHash: agreement.paramsHash,
      checkKeys: { shared: sharedCheckKey(checkRoot), own: siteCheckKey(checkRoot, site, key) },
    }),
  );
}

/**
 * Takes a site out of the agreement. All other parties need it anew.
 * @throws FolderError, AgreementError
 */
export async function removeSite(dir: string, name: string): Promise<void> {
  const agreement = await readOwnAgreement(dir);
  const sites = agreement.sites.filter(({ site }) => site !== name);
  if (sites.length === agreement.sites.length)
    throw new FolderError(`the agreement of ${agreement.tenant} names no site ${name}: nothing was changed`);
  await replaceDurably(join(dir, AGREEMENT), agreementText({ ...agreement, sites }));
}

function refuseWrong({ site, key }: SiteToEnrol): void {
  if (!NAME_PATTERN.test(site))
    throw new FolderError(
      `a site is named by up to 64 letters, digits, ".", "_" and "-", beginning with a letter or digit: got "${site}"`,
    );
  try {
    readPublicKey(key);
  } catch (cause) {
    throw new FolderError(
      `the key of ${site} is no Ed25519 public key: give what stance site init printed on that site`,
      { cause },
    );
  }
}

async function readOwnAgreement(dir: string): Promise<KnownAgreement> {
  const text = await readSecret(join(dir, AGREEMENT), 'make it with stance keyholder init');
  return readAgreement(text.toString());
}

async function readKeys(dir: string): Promise<{ readonly release: string; readonly checkRoot: Uint8Array }> {
  const path = join(dir, KEYS);
  const text = (await readSecret(path, 'restore it; nothing can be checked or signed without it')).toString();
  const form = KeysForm.safeParse(jsonIn(text));
  if (!form.success) throw new FolderError(`${path} is no file of keys: restore it from a backup`);
  return { release: form.data.release, checkRoot: Buffer.from(form.data.checkRoot, 'hex') };
}

/** HKDF-SHA-256 (RFC 5869) of the root. */
function derived(root: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', root, 'stance fleet statistics', purpose, ROOT_BYTES));
}

function sharedCheckKey(root: Uint8Array): Uint8Array {
  return derived(root, 'shared check');
}

/** A site with another signing key gets another: what leaked with the old one is of no use. */
function siteCheckKey(root: Uint8Array, site: string, publicKey: string): Uint8Array {
  return derived(root, `check of ${site} ${publicKey}`);
}
