import { createHash } from 'node:crypto';
import type { EngineKeys } from '../engine/index.ts';
import { base32 } from '../model/index.ts';
import type { Sealer } from '../privacy/index.ts';

const ID_CHARACTERS = 10;

/** The keyed functions of the engine: ids and fingerprints derive from the journal and the keys, never from chance. */
export function engineKeys(sealer: () => Sealer): EngineKeys {
  return {
    deviceIdFrom: (kind, site, key) => sealer().deviceIdFrom(kind, site, key),
    userIdFrom: (ordinal) => `usr_${keyed(sealer(), `user ${ordinal}`)}`,
    fingerprint: (name) => sealer().nameFingerprint(name) ?? sealer().recordFingerprint(name),
    sealName: (name) => sealer().sealName(name),
    macFingerprint: (mac) => sealer().sealMac(mac)?.fingerprint ?? null,
    accountFingerprint: (account) => sealer().accountFingerprint(account)?.fingerprint ?? null,
    accountFingerprintBefore: (account) => sealer().accountFingerprintBefore(account),
    anomaly: (entity, type, detectedAt) => `ano_${plain(`${entity} ${type} ${detectedAt}`)}`,
    incident: (anomaly) => `inc_${plain(anomaly)}`,
  };
}

/** From a key, so that an id reveals nothing of its ordinal. */
function keyed(sealer: Sealer, text: string): string {
  return base32(Buffer.from(sealer.recordFingerprint(text), 'hex'), ID_CHARACTERS);
}

/** Of an id that is opaque already. */
function plain(text: string): string {
  return base32(createHash('sha256').update(text).digest(), ID_CHARACTERS);
}
