import {
  base32,
  type Address,
  type ClearConnections,
  type Connections,
  type DeviceId,
  type EpochMs,
  type Event,
  type Fingerprint,
  type Fleet,
  LIMITS,
  type Observation,
  type SealedAccount,
  type SealedMac,
  type SealedName,
  type SiteId,
} from '../model/index.ts';
import { parseAccount } from './accounts.ts';
import { Generations } from './generations.ts';
import { normaliseHostName, parseHardwareAddress } from './hardware.ts';
import { FIRST_EPOCH, type SealingKeys } from './keys.ts';
import { dayOf, mayBecomeStable, type NameGate } from './name-gate.ts';
import { nameFingerprint, type NameSeal, nameSealer } from './names.ts';
import { sealEvent } from './seal.ts';

/** The privacy door: an observation goes in with its names in the clear, an event comes out fit for the journal. */
export interface Sealer {
  /** Observations must come in the order in which their events are journalled: the gate counts on it. */
  seal(observation: Observation): Event;
  sealConnections(connections: ClearConnections): Connections;
  /** For the inventory and for queries. `null` is what identifies nothing: malformed, empty, broadcast, anonymous. */
  sealMac(text: string): SealedMac | null;
  sealHostName(text: string): Fingerprint | null;
  /** The serial number that a maker gave a device, in whatever case it is written. */
  sealSerial(text: string): Fingerprint;
  /** All forms of one person give one fingerprint, so a query with the UPN finds the user. */
  accountFingerprint(text: string): SealedAccount | null;
  /** The same under the key before; `null` also where that is destroyed, or there never was one. */
  accountFingerprintBefore(text: string): Fingerprint | null;
  /** The fingerprint under which events carry this name (or parent): a look-back seals the indicators. */
  nameFingerprint(text: string): Fingerprint | null;
  /** A name as events carry it, for queries and rules. It says nothing of its being stable. */
  sealName(text: string): SealedName | null;
  /** A source's own record id (OCSF `metadata.uid`), for duplicates. */
  recordFingerprint(text: string): Fingerprint;
  /** For the key with which a shared list is sealed and questions about it are evaluated (32 bytes). */
  lookupSeed(): Uint8Array;
  /** The id of a discovered device: opaque, and the same whenever the same evidence is seen at the site. */
  deviceIdFrom(kind: 'mac' | 'host_name' | 'address', site: SiteId, fingerprintOrAddress: string): DeviceId;
}

export interface SealerParts {
  readonly keys: SealingKeys;
  readonly gate: NameGate;
  readonly domains: Fleet['domains'];
  /** Under whose key accounts are sealed; the first's unless given. */
  readonly accountEpoch?: number;
}

const DEVICE_ID_CHARACTERS = 10;

export function createSealer({
  keys,
  gate,
  domains,
  accountEpoch: epoch = FIRST_EPOCH,
}: SealerParts): Sealer {
  const sealText = nameSealer(keys, domains);
  const names = remembered((text): NameSeal | null => sealText(text));
  const macs = remembered((text): SealedMac | null => {
    const mac = parseHardwareAddress(text);
    return mac && { fingerprint: keys.fingerprint('mac', mac.canonical), vendor: mac.vendor };
  });
  const hostNames = remembered((text): Fingerprint | null => {
    const label = normaliseHostName(text);
    return label === null ? null : keys.fingerprint('host_name', label);
  });
  const accounts = remembered((text): SealedAccount | null => {
    const account = parseAccount(text, domains);
    return (
      account && {
        fingerprint: keys.fingerprint('account', account.canonical, epoch),
        nature: account.nature,
      }
    );
  });
  const accountsBefore = (text: string): Fingerprint | null => {
    const account = keys.accountEpochs.includes(epoch - 1) ? parseAccount(text, domains) : null;
    return account && keys.fingerprint('account', account.canonical, epoch - 1);
  };
  const subjects = remembered((text) => keys.fingerprint('subject', text.trim()));

  function name(text: string, time: EpochMs, client: Address): SealedName | null {
    const seal = names(text);
    if (seal === null) return null;
    const { sealed, full } = seal;
    if (!mayBecomeStable(sealed) || !gate.observe(sealed.fingerprint, dayOf(time), client)) return sealed;
    return { ...sealed, full };
  }

  return {
    seal: (observation) =>
      sealEvent(observation, { name, mac: macs, hostName: hostNames, account: accounts, subject: subjects }),
    sealConnections: (connections) => ({
      ...connections,
      macs: connections.macs.map((text) => macs(text) ?? noMac()),
    }),
    sealMac: macs,
    sealHostName: hostNames,
    sealSerial: (text) => keys.fingerprint('serial', text.trim().toLowerCase()),
    accountFingerprint: accounts,
    accountFingerprintBefore: accountsBefore,
    nameFingerprint: (text) => nameFingerprint(keys, text),
    sealName: (text) => sealText(text)?.sealed ?? null,
    recordFingerprint: (text) => keys.fingerprint('record_id', text),
    lookupSeed: () => keys.digest('lookup', 'sealed list'),
    deviceIdFrom: (kind, site, text) =>
      `dev_${base32(keys.digest('device_id', `${kind}\n${site}\n${text}`), DEVICE_ID_CHARACTERS)}`,
  };
}

/** Readers take only what is one machine's address: another would be a fault of theirs. */
function noMac(): never {
  throw new TypeError("connections: a MAC that is no machine's was not dropped by the reader");
}

/** Most values come again and again: sealing one costs a look-up then, not an HMAC. */
function remembered<V>(seal: (text: string) => V): (text: string) => V {
  const known = new Generations<string, { readonly value: V }>(LIMITS.rememberedSeals);
  return (text) => known.getOrMake(text, () => ({ value: seal(text) })).value;
}
