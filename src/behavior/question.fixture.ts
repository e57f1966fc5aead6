import { createHash } from 'node:crypto';
import type { Address, EpochMs, Fingerprint, SealedName, SensorId, SiteId } from '../model/index.ts';
import type { Question } from './question.ts';

const provenance = { site: 'hq' as SiteId, sensor: 'zeek' as SensorId, uid: null, communityId: null };

/** An answered question for an address, with only what a test is about. */
export function question(time: EpochMs, name: SealedName, facts: Partial<Question> = {}): Question {
  return {
    time,
    name,
    type: 'A',
    server: '198.51.100.53' as Address,
    outcome: 'answered',
    answerCount: 1,
    askers: 1,
    forwards: false,
    provenance,
    ...facts,
  };
}

/** A name as the privacy door makes it. @param below the labels in front of the domain */
export function sealedName(domain: string, ...below: readonly string[]): SealedName {
  const length = below.join('').length;
  return {
    domain,
    fingerprint: fingerprint([...below, domain].join('.')),
    parents: below.map((_, i) => fingerprint([...below.slice(i + 1), domain].join('.'))),
    labels: { count: below.length, length, entropy: length === 0 ? 0 : 0.7 },
  };
}

function fingerprint(text: string): Fingerprint {
  return createHash('sha256').update(text).digest('hex').slice(0, 32) as Fingerprint;
}
