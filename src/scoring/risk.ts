import {
  type Anomaly,
  type AnomalyType,
  type FactorName,
  FACTORS,
  RISK_LEVELS,
  type RiskLevel,
  rank,
} from '../model/index.ts';
import { type Assessment, bandOf, type FactorShare } from './assess.ts';
import type { ScoringProfile } from './profile.ts';

/** Listings of this confidence open a command-and-control gate (contract §3). */
const C2_GATE_CONFIDENCE = 0.8;

/** An anomaly of less confidence counts one level lower (contract §3). */
const SURE_ENOUGH = 0.5;

export type RiskReason = FactorName | AnomalyType;

export interface RiskInput {
  readonly assessment: Assessment;
  /** `bandLevel` of the previous {@link RiskAssessment}; `null` for the first. */
  readonly previousBandLevel: RiskLevel | null;
  /** All that are not closed, and those of verdict `true_positive` that are not remediated. */
  readonly anomalies: readonly Pick<
    Anomaly,
    'type' | 'severity' | 'confidence' | 'status' | 'verdict' | 'remediated'
  >[];
  /** How sure the feeds are, 0 … 1, of what is behind `c2_reached` and `c2_blocked`; not decayed. */
  readonly c2Confidence: { readonly reached: number; readonly blocked: number };
  /** Whether a known-exploited vulnerability is on a service that others can reach. */
  readonly exploitedServiceReachable: boolean;
}

export interface RiskAssessment {
  readonly level: RiskLevel;
  /** What a person should look at first; `null` at `low`, where there is nothing to react to. */
  readonly reason: RiskReason | null;
  /** To be kept and given back as `previousBandLevel`. */
  readonly bandLevel: RiskLevel;
}

interface Concern {
  readonly level: RiskLevel;
  readonly reason: RiskReason | null;
}

/**
 * What a person should react to: the worst concern. Of equally bad ones the most telling is the reason: gates,
 * then open anomalies, then findings by what they cost, then the band (whose reason is the costliest finding).
 * Gaps are no concern.
 */
export function riskLevel(input: RiskInput, profile: ScoringProfile): RiskAssessment {
  const findings = input.assessment.factors
    .filter(({ name }) => FACTORS[name].kind === 'finding')
    .sort((a, b) => b.milliPoints - a.milliPoints);
  const band = bandLevel(input.assessment.findingsScore, input.previousBandLevel);
  const concerns: Concern[] = [
    ...gates(input, findings),
    ...openAnomalies(input),
    ...findings.map(({ name, p }) => ({ level: severityOf(name, p, profile), reason: name })),
    { level: band, reason: findings[0]?.name ?? null },
  ];
  const worst = concerns.reduce((a, b) => (isWorse(b.level, a.level) ? b : a));
  return { level: worst.level, reason: worst.level === 'low' ? null : worst.reason, bandLevel: band };
}

/** The severity of a factor: its profile's, or by p. A gap is always low: it says that nothing is known. */
export function severityOf(factor: FactorName, p: number, profile: ScoringProfile): RiskLevel {
  if (FACTORS[factor].kind === 'gap') return 'low';
  const fixed = profile.factors[factor].severity;
  if (fixed !== undefined) return fixed;
  if (p < 0.1) return 'low';
  if (p < 0.3) return 'medium';
  return p < 0.6 ? 'high' : 'critical';
}

/**
 * The band as a level. It worsens at once and improves only when the score is a whole point inside the better
 * band: all other inputs are published in steps with hysteresis, so this is the only one left that could flap.
 */
function bandLevel(findingsScore: number, previous: RiskLevel | null): RiskLevel {
  const now = levelOfScore(findingsScore);
  if (previous === null || !isWorse(previous, now)) return now;
  const held = levelOfScore(findingsScore - 1);
  return isWorse(held, previous) ? previous : held;
}

function levelOfScore(score: number): RiskLevel {
  const levels = { healthy: 'low', moderate: 'medium', high_risk: 'high' } as const;
  return levels[bandOf(score)];
}

function gates(input: RiskInput, findings: readonly FactorShare[]): Concern[] {
  const has = (factor: FactorName) => findings.some(({ name }) => name === factor);
  const { reached, blocked } = input.c2Confidence;
  const confirmed = input.anomalies
    .filter(({ verdict, remediated }) => verdict === 'true_positive' && !remediated)
    .map(({ type }): Concern => ({ level: 'critical', reason: type }))
    .sort(byReason);
  const open: Concern[] = [];
  const gate = (isOpen: boolean, level: RiskLevel, reason: FactorName) => {
    if (isOpen) open.push({ level, reason });
  };
  gate(has('c2_reached') && reached >= C2_GATE_CONFIDENCE, 'critical', 'c2_reached');
  gate(has('revoked_identity_in_use'), 'critical', 'revoked_identity_in_use');
  gate(has('c2_blocked') && blocked >= C2_GATE_CONFIDENCE, 'high', 'c2_blocked');
  const exploitable = has('known_exploited_vulnerability') && input.exploitedServiceReachable;
  gate(exploitable, 'high', 'known_exploited_vulnerability');
  gate(has('firmware_eol'), 'high', 'firmware_eol');
  return [...confirmed, ...open];
}

function openAnomalies({ anomalies }: RiskInput): Concern[] {
  return anomalies
    .filter(({ status }) => status !== 'closed')
    .map((each) => ({ level: levelOf(each), reason: each.type }))
    .sort(byReason);
}

/** The risk level that an open anomaly asks for. */
export function levelOf({ severity, confidence }: Pick<Anomaly, 'severity' | 'confidence'>): RiskLevel {
  return confidence < SURE_ENOUGH ? oneLower(severity) : severity;
}

function byReason(a: Concern, b: Concern): number {
  return (a.reason ?? '') < (b.reason ?? '') ? -1 : 1;
}

function oneLower(level: RiskLevel): RiskLevel {
  return RISK_LEVELS[rank(RISK_LEVELS, level) - 1] ?? 'low';
}

function isWorse(a: RiskLevel, b: RiskLevel): boolean {
  return rank(RISK_LEVELS, a) > rank(RISK_LEVELS, b);
}
