import {
  LIMITS,
  POLICY_ID_PATTERN,
  type Clear,
  type SensorFinding,
  type Severity,
} from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { body, type EveMapping, type EveRecord, instant, parties } from './eve-record.ts';

/**
 * A rule's match. Its number enters, its text never does. Suricata's priorities are 1 high, 2 medium,
 * 3 low and downwards; it has none for critical.
 */
export const mapAlert: EveMapping = (record) => {
  const alert = body(record, 'alert');
  if (alert === null) return null;
  const action = alert.text('action');
  const isBlocked = action === 'blocked' || verdictOf(record.fields) === 'drop';
  return findingOf(record, {
    rule: ruleOf(alert),
    severity: severityOf(alert),
    outcome: isBlocked ? 'blocked' : action === 'allowed' ? 'allowed' : 'unknown',
    policy: policyOf(alert),
  });
};

/** A packet that Suricata dropped as an IPS: by a rule, or for a reason of its own. */
export const mapDrop: EveMapping = (record) => {
  const drop = body(record, 'drop');
  if (drop === null) return null;
  const alert = record.fields.child('alert');
  const rule = alert === null ? `suricata:drop:${word(drop.text('reason'))}` : ruleOf(alert);
  return findingOf(record, {
    rule,
    severity: alert === null ? null : severityOf(alert),
    outcome: 'blocked',
    policy: alert === null ? null : policyOf(alert),
  });
};

/** A protocol violation, by the engine's own name for it; how bad it is, Suricata does not say. */
export const mapAnomaly: EveMapping = (record) => {
  const anomaly = body(record, 'anomaly');
  if (anomaly === null) return null;
  const event = anomaly.text('event');
  const code = anomaly.count('code');
  const name = event === null && code !== null ? String(code) : word(event);
  return findingOf(record, {
    rule: `suricata:anomaly:${word(anomaly.text('type'))}:${name}`,
    severity: null,
    outcome: 'unknown',
    policy: null,
  });
};

type Judgement = Pick<SensorFinding<Clear>, 'severity' | 'outcome' | 'policy'> & {
  readonly rule: string | null;
};

function findingOf(record: EveRecord, judgement: Judgement): readonly SensorFinding<Clear>[] | null {
  const time = instant(record, record.fields, 'timestamp');
  const { rule } = judgement;
  if (time === null || rule === null) return null;
  const ends = initiatorFirst(record.fields);
  return [{ kind: 'finding', time, provenance: record.provenance, ...ends, ...judgement, rule }];
}

/**
 * Alerts have their packet's direction; where the flow's is written too, that one counts. A malformed
 * packet may have no addresses at all.
 */
function initiatorFirst(fields: JsonFields): Pick<SensorFinding<Clear>, 'from' | 'to'> {
  const flow = fields.child('flow');
  if (flow !== null && flow.text('src_ip') !== null && flow.text('dest_ip') !== null) {
    return parties(flow) ?? { from: null, to: null };
  }
  if (fields.text('src_ip') === null || fields.text('dest_ip') === null) return { from: null, to: null };
  return parties(fields) ?? { from: null, to: null };
}

function ruleOf(alert: JsonFields): string | null {
  const group = alert.count('gid') ?? 1;
  const signature = alert.require('signature_id', alert.count('signature_id'));
  return signature === null ? null : `suricata:${group}:${signature}`;
}

function severityOf(alert: JsonFields): Severity | null {
  const priority = alert.count('severity');
  if (priority === null || priority === 0) return null;
  return priority === 1 ? 'high' : priority === 2 ? 'medium' : 'low';
}

/** Rule metadata `policy pol_…` is how an operator's rule names the policy that it enforces. */
function policyOf(alert: JsonFields): string | null {
  const named = alert.child('metadata')?.texts('policy') ?? [];
  return named.find((id) => POLICY_ID_PATTERN.test(id)) ?? null;
}

function verdictOf(fields: JsonFields): string | null {
  return fields.child('verdict')?.text('action') ?? null;
}

/** One of the engine's own constants, `decoder.ipv4.trunc_pkt`; spaces as in `flow drop` become `_`. */
function word(text: string | null): string {
  if (text === null || text.length > LIMITS.identifierChars / 2) return 'other';
  const name = text.toLowerCase().replaceAll(' ', '_');
  return /^[a-z0-9_.-]+$/.test(name) ? name : 'other';
}
