import { z } from 'zod';
import {
  as_of,
  count,
  detail,
  EvidenceAnswer,
  framing,
  instant,
  nullableInstant,
  opaque,
  pageLimit,
  share,
} from './answer-parts.ts';
import type { AttestationId, EntityId, ExceptionId } from './ids.ts';
import type { Actor } from './operator-word.ts';
import type { EpochMs } from './time.ts';
import {
  type AttestedAs,
  ATTESTATIONS,
  COMPLIANCE_STATES,
  CONTROL_STATES,
  type Framework,
  FRAMEWORKS,
  SIGHTS,
  TEST_OUTCOMES,
} from './vocabulary.ts';

/** What attestations and exceptions have in common. */
interface SaidOfControl {
  readonly framework: Framework;
  readonly control: string;
  readonly owner: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly since: EpochMs;
  /** By the clock on the wall; absent in what older releases kept. */
  readonly saidAt?: EpochMs;
  readonly expiresAt: EpochMs;
  /** When it stopped, and by what; `null` while it is in force. */
  readonly ended: { readonly at: EpochMs; readonly by: 'expiry' | 'withdrawal' | 'newer' } | null;
}

/** A person's word on a control. */
export interface Attestation extends SaidOfControl {
  readonly kind: 'attestation';
  readonly id: AttestationId;
  readonly says: AttestedAs;
}

/** That a control is not met is taken on for a while: in the whole, or for one entity. */
export interface ComplianceException extends SaidOfControl {
  readonly kind: 'exception';
  readonly id: ExceptionId;
  readonly entity: EntityId | null;
}

export type ComplianceWord = Attestation | ComplianceException;

const state = z.enum(CONTROL_STATES);

/** One test of a control, with the numbers that its outcome follows from. */
export const ControlTest = z
  .strictObject({
    signal: z.string(),
    measures: z.string(),
    outcome: z.enum(TEST_OUTCOMES),
    /** Whom it ought to speak of, of whom it does, and of those who fails (at least, where several factors count). */
    subjects: count,
    covered: count,
    failing: count,
    /** Of them those with an exception of their own; absent where there are none. */
    excused: count.optional(),
    pass_share: share.nullable(),
    pass_needed: share,
    coverage_needed: share,
    /** The newest instant that it speaks of; `null` where nothing was heard. */
    evidence_at: nullableInstant,
    factors: z.record(z.string(), count).optional(),
  })
  .meta(opaque);
export type ControlTest = z.infer<typeof ControlTest>;

export const ComplianceWordAnswer = z
  .strictObject({
    id: z.string(),
    framework: z.enum(FRAMEWORKS),
    control: z.string(),
    says: z.enum([...ATTESTATIONS, 'excepted']),
    entity_id: z.string().nullable(),
    owner: z.string(),
    actor: z.string(),
    reason: z.string(),
    since: instant,
    /** By the clock on the wall, where `since` is the data's; `null` in what older releases kept. */
    said_at: nullableInstant,
    expires_at: instant,
    ended_at: nullableInstant,
    ended_by: z.enum(['expiry', 'withdrawal', 'newer']).nullable(),
  })
  .meta(opaque);
export type ComplianceWordAnswer = z.infer<typeof ComplianceWordAnswer>;

/** With the factor that it speaks for. */
const factorEvidence = EvidenceAnswer.extend({ factor: z.string() }).meta(opaque);

const failingEntity = z.strictObject({
  entity_id: z.string(),
  factors: z.array(z.string()),
  since: instant,
  excepted: z.boolean(),
  evidence: z.array(factorEvidence),
});

/** A control as it stands. Lists beside the state are left out where nobody asked for this one control. */
export const ControlAnswer = z
  .strictObject({
    control: z.string(),
    groups: z.array(z.string()),
    summary: z.string(),
    sight: z.enum(SIGHTS),
    state,
    /** Since when what decides the state has been so, as far as that can be told. */
    since: nullableInstant,
    gaps: z.array(z.string()),
    fix: z.array(z.string()).optional(),
    tests: z.array(ControlTest).optional(),
    entities: z.array(failingEntity).optional(),
    entities_total: count.optional(),
    words: z.array(ComplianceWordAnswer).optional(),
  })
  .meta(opaque);
export type ControlAnswer = z.infer<typeof ControlAnswer>;

const stateCounts = z
  .strictObject({
    compliant: count,
    partial: count,
    non_compliant: count,
    not_assessed: count,
    not_applicable: count,
  })
  .meta(opaque);

/** Keys of a framework as a whole: a state never stands without its counts. */
const whole = {
  sites: z.array(z.string()),
  framework: z.enum(FRAMEWORKS),
  state: z.enum(COMPLIANCE_STATES),
  counts: stateCounts,
  /** Controls of which a machine sees all, a part, nothing. */
  sight: z.strictObject({ full: count, part: count, none: count }).meta(opaque),
  by_group: z.record(z.string(), state).meta(opaque),
};

export const ComplianceEvidence = z.strictObject({
  ...whole,
  controls: z.array(ControlAnswer),
  total: count,
  next_cursor: z.string().nullable(),
  ...framing,
});
export type ComplianceEvidence = z.infer<typeof ComplianceEvidence>;

export const ComplianceInput = z.strictObject({
  framework: z.enum(FRAMEWORKS),
  control: z.string().min(1).max(32).optional().describe('e.g. A.8.8 or PR.AA'),
  state: state.optional(),
  limit: pageLimit(100, 10),
  cursor: z.string().max(200).optional(),
  detail,
  as_of,
});

/** A whole framework: every control with its tests, who fails, and what people said. */
export const ComplianceReport = z.strictObject({
  title: z.string(),
  source: z.string(),
  ...whole,
  as_of: instant,
  data_age_ms: z.number().nullable(),
  confidence: share,
  controls: z.array(ControlAnswer),
  truncated: framing.truncated,
});
export type ComplianceReport = z.infer<typeof ComplianceReport>;
