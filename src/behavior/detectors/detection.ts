import type { Contact } from '../contact.ts';
import type { Evidence } from '../../model/index.ts';

/** Confidence rises from `floor` towards 0.97 as a count passes its threshold: half-way at twice the threshold. */
export function confidenceOf(count: number, threshold: number, floor: number): number {
  const excess = Math.max(0, count - threshold) / threshold;
  const confidence = floor + (0.97 - floor) * (1 - 1 / (1 + excess * excess * 4 + excess));
  return Math.round(confidence * 100) / 100;
}

export function evidenceOf(
  { time, provenance, port = null }: Pick<Contact, 'time' | 'provenance'> & Partial<Pick<Contact, 'port'>>,
  summary: string,
  count: number,
  subject: string | null,
): Evidence {
  return {
    summary,
    at: time,
    sensor: provenance.sensor,
    uid: provenance.uid,
    communityId: provenance.communityId,
    count,
    subject,
    ...(port === null ? {} : { port }),
  };
}
