import { generateKeyPairSync } from 'node:crypto';
import { bfv } from '../../src/aggregation/bfv/backend.ts';
import { anyDevice, blockOf, chance, COHORT_NAMES } from '../../src/aggregation/fleet.fixture.ts';
import { openPart } from '../../src/aggregation/key-holder/opened-sum.ts';
import {
  agreementText,
  type KnownAgreement,
  makeAgreement,
  readAgreement,
} from '../../src/aggregation/protocol/agreement.ts';
import { admit, bytesOf, ciphertextOf } from '../../src/aggregation/protocol/gate.ts';
import { DEGREE, T } from '../../src/aggregation/protocol/parameters.ts';
import { readReport } from '../../src/aggregation/protocol/report.ts';
import { RunningSum } from '../../src/aggregation/protocol/running-sum.ts';
import { publicKeyText } from '../../src/aggregation/protocol/signing.ts';
import { encryptedReport, slotsOf, type SiteIdentity } from '../../src/aggregation/site/encryptor.ts';
import { type FeatureBlock, HOUR_MS, MOST_DEVICES, type SiteId, SLOTS } from '../../src/model/index.ts';

export interface Exactness {
  readonly fleets: number;
  readonly reports: number;
  readonly slots: number;
  readonly unequal: number;
}

/** A fleet in so many has raw numbers on both sides of t/2 and t in its slots, as no devices give them. */
const BORDER_EVERY = 8;
/** New keys after so many fleets. */
const KEYS_FOR = 50;
const MOST_SITES = 8;

interface Keys {
  readonly agreement: KnownAgreement;
  readonly secretKey: Uint8Array;
}

/**
 * Random fleets at 1 to 8 sites: every slot of the opened sum against the sum of what was encrypted, as integers.
 * A part of them is as large as a million devices make it, just below t/2.
 */
export async function exactFleets(
  fleets: number,
  seed: number,
  onFleet: (nth: number) => void = () => undefined,
): Promise<Exactness> {
  const random = chance(seed);
  let keys = await newKeys();
  let [reports, slots, unequal] = [0, 0, 0];
  for (let nth = 0; nth < fleets; nth++) {
    if (nth > 0 && nth % KEYS_FOR === 0) keys = await newKeys();
    const sites = 1 + Math.floor(random() * MOST_SITES);
    const [opened, plain] =
      nth % BORDER_EVERY === 0 ? await border(keys, sites, random) : await fleet(keys, sites, nth, random);
    reports += sites;
    slots += SLOTS;
    for (const [at, value] of plain.entries()) if (opened[at] !== value) unequal += 1;
    onFleet(nth);
  }
  return { fleets, reports, slots, unequal };
}

async function newKeys(): Promise<Keys> {
  const { publicKey, secretKey } = (await bfv()).newKeys();
  const agreement = makeAgreement({
    tenant: 'exact',
    minimumGroup: 20,
    roundMs: HOUR_MS,
    roundsCompared: 10,
    cohorts: { version: 1, names: COHORT_NAMES },
    publicKey: Buffer.from(publicKey).toString('base64'),
    releaseKey: publicKeyText(generateKeyPairSync('ed25519').publicKey),
  });
  return { agreement: readAgreement(agreementText(agreement)), secretKey };
}

type Opened = readonly [opened: BigUint64Array, plain: BigUint64Array];

async function border({ agreement, secretKey }: Keys, sites: number, random: () => number): Promise<Opened> {
  const scheme = await bfv();
  const publicKey = Buffer.from(agreement.publicKey, 'base64');
  const near = [0n, 1n, T / 2n - 1n, T / 2n, T / 2n + 1n, T - 2n, T - 1n];
  const sum = new RunningSum();
  const plain = new BigUint64Array(DEGREE);
  for (let site = 0; site < sites; site++) {
    const slots = BigUint64Array.from(
      { length: DEGREE },
      () => near[Math.floor(random() * near.length)] ?? 0n,
    );
    sum.add(admit(scheme.encrypt(slots, publicKey)));
    for (const [at, value] of slots.entries()) plain[at] = ((plain[at] ?? 0n) + value) % T;
  }
  return [scheme.decrypt(ciphertextOf(sum.reduced()), secretKey), plain];
}

async function fleet(
  { agreement, secretKey }: Keys,
  sites: number,
  round: number,
  random: () => number,
): Promise<Opened> {
  const identities = Array.from({ length: sites }, (_, nth) => identityOf(agreement, nth));
  const sum = new RunningSum();
  const plain = new BigUint64Array(SLOTS);
  const manifest = [];
  for (const identity of identities) {
    const block = someBlock(random, sites);
    const { bytes } = await encryptedReport(identity, block, round);
    const report = readReport(bytes);
    sum.add(admit(report.ciphertext));
    manifest.push(report);
    // The two slots of the protocol as the site fills them; what the sum of checks must be, `openPart` works out anew.
    const slots = slotsOf(block, round, identity.site, identity.checkKeys);
    for (const [at, value] of slots.entries()) plain[at] = ((plain[at] ?? 0n) + value) % T;
  }
  const coefficients = sum.reduced();
  const keys = { secretKey, sharedCheck: SHARED, siteCheck: ownKey };
  const sums = await openPart(
    { manifest, coefficients: bytesOf(coefficients) },
    round,
    keys,
    COHORT_NAMES.length,
  );
  const opened = (await bfv()).decrypt(ciphertextOf(coefficients), secretKey);
  for (const [at, value] of sums.entries()) if (BigInt(value) !== opened[at]) opened[at] = T;
  return [opened, plain];
}

const SHARED = new Uint8Array(32).fill(3);

function ownKey(site: SiteId): Uint8Array {
  return Buffer.from(site.padEnd(32, '-'));
}

function identityOf(agreement: KnownAgreement, nth: number): SiteIdentity {
  const site = `site-${nth}` as SiteId;
  const signingKey = generateKeyPairSync('ed25519').privateKey;
  return { site, agreement, signingKey, checkKeys: { shared: SHARED, own: ownKey(site) } };
}

/** Of up to 40 devices, each as often as makes the fleet small, or as large as it may be. */
function someBlock(random: () => number, sites: number): FeatureBlock {
  const devices = Math.floor(random() * 41);
  const isExtreme = random() < 0.25;
  const block = blockOf(
    Array.from({ length: devices }, () => {
      const device = anyDevice(random, COHORT_NAMES.length);
      return isExtreme ? { ...device, ...MOST } : device;
    }),
  );
  if (devices === 0 || (!isExtreme && random() < 0.67)) return block;
  const each = Math.floor(MOST_DEVICES / sites / devices);
  return block.map((value) => value * each);
}

/** The bounds that come nearest to t/2: squares of steps. */
const MOST = { weight: 1, score: 100, connections: 2 ** 50, bytes: 2 ** 50, destinations: 2 ** 50 };
