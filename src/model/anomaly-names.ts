import type { Anomaly } from './anomaly.ts';
import type { Evidence } from './factor.ts';
import type { AnomalyType } from './vocabulary.ts';

/**
 * What of the evidence tells one act of such a type from another: where it called or sent to, or at which port it answers. A
 * scan of one more host is more of the same; a call to a second master is not.
 */
const NAMED_BY: Readonly<Partial<Record<AnomalyType, 'subject' | 'port'>>> = {
  beaconing: 'subject',
  dns_tunnel: 'subject',
  data_exfiltration: 'subject',
  policy_evasion: 'subject',
  new_service: 'port',
};

/** The acts, or services, that the evidence of an anomaly or a detection names; none where its type has no such. */
export function namesOf({ type, evidence }: Pick<Anomaly, 'type' | 'evidence'>): ReadonlySet<string> {
  const key = NAMED_BY[type];
  if (key === undefined) return new Set();
  const told = evidence.filter((each) => !isMaintenanceNote(each));
  return new Set(told.map((each) => String(each[key] ?? '')).filter((each) => each !== ''));
}

/** Whether the second names an act that the first does not. */
export function namesMore(known: Pick<Anomaly, 'type' | 'evidence'>, found: typeof known): boolean {
  const names = namesOf(known);
  return [...namesOf(found)].some((each) => !names.has(each));
}

/** Whether evidence only tells in which maintenance window something was. */
export function isMaintenanceNote({ subject }: Pick<Evidence, 'subject'>): boolean {
  return subject?.startsWith('mnt_') === true;
}
