import type { Detection, Evidence, Role } from '../../model/index.ts';
import type { Baseline } from '../baseline.ts';
import type { Contact } from '../contact.ts';

/** What a detector may know of the entity beside the contact itself. */
export interface Circumstances {
  readonly baseline: Baseline;
  /** 0…1, from the calendar and the data so far. */
  readonly maturity: number;
  readonly roles: readonly Role[];
  /** Whether the peer was new to this entity before the contact. */
  readonly novelPeer: boolean;
}

/** One way to see a departure. A detector keeps its own bounded state and knows nothing of ids or life cycles. */
export interface Detector {
  observe(contact: Contact, circumstances: Circumstances): Detection | null;
  snapshot(): unknown;
}

/** Confidence rises from `floor` towards 0.97 as a count passes its threshold: half-way at twice the threshold. */
export function confidenceOf(count: number, threshold: number, floor: number): number {
  const excess = Math.max(0, count - threshold) / threshold;
  const confidence = floor + (0.97 - floor) * (1 - 1 / (1 + excess * excess * 4 + excess));
  return Math.round(confidence * 100) / 100;
}

export function evidenceOf(
  contact: Contact,
  summary: string,
  count: number,
  subject: string | null,
): Evidence {
  return {
    summary,
    at: contact.time,
    sensor: contact.provenance.sensor,
    uid: contact.provenance.uid,
    communityId: contact.provenance.communityId,
    count,
    subject,
  };
}
