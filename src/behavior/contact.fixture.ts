import type { EpochMs, SensorId, SiteId } from '../model/index.ts';
import type { Contact } from './contact.ts';

const provenance = { site: 'hq' as SiteId, sensor: 'zeek' as SensorId, uid: null, communityId: null };

/** An ordinary connection outward, with only what a test is about. */
export function contact(time: EpochMs, facts: Partial<Contact> = {}): Contact {
  return {
    time,
    direction: 'outbound',
    peer: '203.0.113.1',
    display: facts.peer ?? '203.0.113.1',
    internal: false,
    peerRoles: [],
    protocol: 'tcp',
    port: 443,
    outcome: 'established',
    bytesSent: 1_000,
    bytesReceived: 1_000,
    durationMs: null,
    prevalence: 1,
    fleet: 10,
    place: 1,
    provenance,
    ...facts,
  };
}
