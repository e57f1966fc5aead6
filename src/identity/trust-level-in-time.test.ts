import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FleetState } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import {
  DAY_MS,
  type DeviceId,
  type EpochMs,
  type HeldCertificate,
  HOUR_MS,
  type InventoryEntry,
  iso,
  type JournalRecord,
  type SiteId,
} from '../model/index.ts';
import { viewsOf } from '../operations/index.ts';
import { createPostureReader } from '../posture/index.ts';

const CAMERA: DeviceId = 'dev_camera';
const SITE = 'hq' as SiteId;
const START = Date.UTC(2026, 2, 2);
const day = (days: number): EpochMs => START + days * DAY_MS;
const effects: Effects = {
  now: () => day(60),
  elapsed: () => 0,
  random: (bytes) => randomBytes(bytes),
  reportFault: () => 'none',
};

const entry: InventoryEntry = {
  id: CAMERA,
  site: SITE,
  kind: 'ip_camera',
  name: null,
  manufacturer: null,
  model: null,
  firmware: null,
  addresses: [],
  macs: [],
  hostNames: [],
  owner: null,
  criticality: 'normal',
  roles: [],
  tags: [],
  supportEnds: null,
  workloads: [],
};

function held(serial: string, from: EpochMs): HeldCertificate {
  const [issuer, anchor] = ['b'.repeat(64), 'a'.repeat(64)];
  const facts = { issuer, anchor, notBefore: from, notAfter: from + 20 * DAY_MS, isWeak: false };
  return { fingerprint: serial.repeat(32), key: serial.repeat(32), serial, ...facts };
}

function issued(at: EpochMs, certificate: HeldCertificate): JournalRecord {
  return { kind: 'certificate_issued', at, device: CAMERA, certificate, token: null, actor: 'test' };
}

function revoked({ fingerprint }: HeldCertificate): JournalRecord {
  return { kind: 'certificate_revoked', at: day(40), certificate: fingerprint, actor: 'test', reason: null };
}

const anchor = { id: 'a'.repeat(64), kind: 'own', name: null, certificate: '', key: 'b'.repeat(64) } as const;
const [first, second] = [held('01', day(1)), held('02', day(30))];
const workWeek = { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 };
const site = { id: SITE, networks: ['10.0.0.0/8'], timeZone: 'UTC', shared: [], workWeek };
const records: readonly JournalRecord[] = [
  { kind: 'configuration', fleet: { tenant: 'test', sites: [site], domains: {} }, actor: 'test' },
  { kind: 'inventory', at: START, entries: [entry], actor: 'test' },
  { kind: 'history_end' },
  { kind: 'clock', at: START },
  { kind: 'trust_anchors', at: START, anchors: [{ ...anchor, notAfter: day(900) }], actor: 'test' },
  { kind: 'clock', at: day(1) },
  issued(day(1), first),
  { kind: 'clock', at: day(21) },
  { kind: 'clock', at: day(30) },
  issued(day(30), second),
  { kind: 'clock', at: day(40) },
  revoked(first),
  revoked(second),
  { kind: 'clock', at: day(41) },
];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-trust-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('[IDENT-12] the trust level of an earlier instant is the one of then, also after a restart', async () => {
  const lived = await FleetState.open(dir, effects, { progress: () => undefined });
  for (const record of records) await lived.append(record);
  const then = [
    [day(0) + HOUR_MS, 'provisional'],
    [day(1), 'verified'],
    [day(20), 'verified'],
    [day(21), 'provisional'],
    [day(29), 'provisional'],
    [day(30), 'verified'],
    [day(39), 'verified'],
    [day(40), 'verified'],
    // Each word has an instant of its own: the first certificate's, then the second's.
    [day(40) + 1, 'verified'],
    [day(40) + 2, 'revoked'],
  ] as const;
  const told = async (state: FleetState) => {
    const reader = createPostureReader(viewsOf(state), effects.now);
    return Promise.all(
      then.map(async ([at]) => {
        const asked = await reader.ask('get_device_posture', { device_id: CAMERA, as_of: iso(at) }, 'test');
        return [at, asked.ok ? asked.answer.trust_level : asked.problem];
      }),
    );
  };
  expect(await told(lived)).toEqual(then);
  await lived.close();
  const again = await FleetState.open(dir, effects, { progress: () => undefined });
  expect(await told(again)).toEqual(then);
  await again.close();
});
