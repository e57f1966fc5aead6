import type { Contact } from '../behavior/index.ts';
import type {
  AnomalyStatus,
  Detection,
  EntityId,
  EntityProfile,
  EpochMs,
  Provenance,
  SensorId,
} from '../model/index.ts';
import { HQ, START } from './engine-harness.fixture.ts';

/** Something that happens to an entity of a partition, or to all. */
export type Step =
  | { readonly kind: 'heard' | 'served' | 'enrolled' | 'split'; readonly who: EntityId }
  | { readonly kind: 'signed_in'; readonly who: EntityId; readonly failed: boolean }
  | { readonly kind: 'connected'; readonly who: EntityId; readonly to: number; readonly forbidden: boolean }
  | { readonly kind: 'vulnerable'; readonly who: EntityId; readonly cve: number; readonly resolved: boolean }
  | { readonly kind: 'scanned'; readonly who: EntityId; readonly confidence: number }
  | { readonly kind: 'judged'; readonly status: AnomalyStatus }
  | { readonly kind: 'configured'; readonly feeds: boolean }
  | { readonly kind: 'based'; readonly isAnyEnrolled: boolean }
  | { readonly kind: 'merged'; readonly who: EntityId; readonly into: EntityId };

/** The camera is heard by a sensor of its own. */
export function provenanceOf(who: EntityId): Provenance {
  const sensor = (who === 'dev_camera' ? 'suricata' : 'zeek') as SensorId;
  return { site: HQ, sensor, uid: null, communityId: null };
}

export function contactOf(
  who: EntityId,
  ends: Pick<Contact, 'direction' | 'peer' | 'port'>,
  time: EpochMs,
): Contact {
  return {
    ...ends,
    time,
    display: ends.peer,
    internal: true,
    peerRoles: [],
    protocol: 'tcp',
    outcome: 'established',
    bytesSent: 1_000,
    durationMs: null,
    bytesReceived: 1_000,
    prevalence: 1,
    fleet: 3,
    place: 1,
    provenance: provenanceOf(who),
  };
}

export function scanOf(confidence: number, at: EpochMs): Detection {
  const evidence = { summary: 'scan', at, sensor: null, uid: null, communityId: null };
  return {
    type: 'port_scan',
    at,
    severity: confidence > 0.9 ? 'high' : 'medium',
    confidence,
    description: 'Device probed',
    technique: 'T1046',
    expected: 'few',
    observed: 'many',
    evidence: [{ ...evidence, count: 1, subject: null }],
  };
}

/** The camera's support ends soon; the file server is in the inventory. */
export function profileOf(id: EntityId): EntityProfile {
  return {
    id,
    site: HQ,
    type: id.startsWith('usr_') ? 'user' : 'device',
    kind: null,
    name: null,
    manufacturer: null,
    model: null,
    firmware: null,
    owner: null,
    criticality: 'normal',
    roles: [],
    tags: [],
    supportEnds: id === 'dev_camera' ? START + 3 * 86_400_000 : null,
    enrolment:
      id === 'dev_files' ? { state: 'enrolled', at: START, by: 'inventory' } : { state: 'discovered' },
    firstSeen: null,
    lastSeen: null,
    alias: null,
    workloads: [],
    host: null,
    shared: 'no',
  };
}
