import type { EpochMs, SensorId, SiteId } from '../../model/index.ts';
import type { SignIn } from './sign-in.ts';

/** A failed sign-in to a machine from within, with only what a test is about. */
export function signIn(time: EpochMs, facts: Partial<SignIn> = {}): SignIn {
  const peer = facts.peer === undefined ? 'dev_source' : facts.peer;
  return {
    time,
    direction: 'inbound',
    peer,
    display: peer,
    internal: true,
    isProbe: false,
    service: 'ssh',
    account: null,
    outcome: 'failure',
    attempts: 1,
    mfa: null,
    provenance: { site: 'hq' as SiteId, sensor: 'zeek' as SensorId, uid: null, communityId: null },
    ...facts,
  };
}
