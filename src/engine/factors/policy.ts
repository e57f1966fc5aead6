import type { EntityProfile, EpochMs, Evidence } from '../../model/index.ts';
import type { MeasuringGrounds } from '../grounds.ts';
import type { Scene } from '../known.ts';
import { type Measured, statement } from './measured.ts';

const NOT_ASSESSED: Measured = {
  name: 'policy_not_assessed',
  measure: 1,
  evidence: ({ now }) => [statement('No policy is loaded', now)],
};

const NOT_SEEN: Measured = {
  name: 'policy_not_assessed',
  measure: 1,
  evidence: ({ now }) => [
    statement('Too few of its connections were seen under the policies that are in force', now),
  ],
};

/** Policies that are loaded say nothing yet of an entity that they were not held against; of people's sign-ins none speaks. */
export function isPolicyAssessed(
  { id, type }: Pick<EntityProfile, 'id' | 'type'>,
  { coverage }: Pick<MeasuringGrounds, 'coverage'>,
  hasPolicies: boolean,
): boolean {
  return hasPolicies && (type === 'user' || coverage.shareOf(id) !== null);
}

/** What is forbidden, what is not ruled, what is only watched (25 %). */
export function measurePolicy(into: Measured[], { known, grounds, now }: Scene, hasPolicies: boolean): void {
  if (!hasPolicies) {
    into.push(NOT_ASSESSED);
    return;
  }
  const { profile } = known;
  if (!isPolicyAssessed(profile, grounds, hasPolicies)) into.push(NOT_SEEN);
  const violations = grounds.violations.countFor(profile.id).distinct;
  if (violations > 0) {
    into.push({ name: 'policy_violation', measure: violations, evidence: violationEvidence });
  }
  const covered = grounds.coverage.shareOf(profile.id);
  if (covered !== null && covered < 1) {
    into.push({ name: 'traffic_not_covered', measure: 1 - covered, evidence: uncoveredEvidence });
  }
  const onlyWatched = grounds.decider.onlyWatched(profile);
  if (onlyWatched > 0) {
    into.push({ name: 'policy_monitor_only', measure: onlyWatched, evidence: watchedEvidence });
  }
  if (couldBeConfined(known, now) && !grounds.decider.isConfined(profile)) {
    into.push({ name: 'least_privilege_not_enforced', measure: 1, evidence: unconfinedEvidence });
  }
}

/** Distinct violations, those of which nothing was ever blocked, and the newest. */
function violationEvidence({ known: { profile }, grounds, now }: Scene): readonly Evidence[] {
  const own = grounds.violations.of(profile.id);
  const [newest] = own;
  const neverBlocked = own.filter(({ denied }) => denied === 0).length;
  const noun = own.length === 1 ? 'distinct policy violation' : 'distinct policy violations';
  const summary = `${own.length} ${noun} within 24 hours, ${neverBlocked} of them never blocked`;
  return [{ ...statement(summary, newest?.last ?? now, newest?.policy ?? null), count: own.length }];
}

/** A least-privilege policy is made of what an established baseline knows, for a kind of device. */
export function couldBeConfined({ profile, history: { baseline } }: Scene['known'], now: EpochMs): boolean {
  if (profile.type === 'user' || profile.kind === null || profile.shared !== 'no' || baseline === null)
    return false;
  const enrolledAt = profile.enrolment.state === 'enrolled' ? profile.enrolment.at : null;
  return baseline.establishedAt(enrolledAt, now) !== null;
}

function unconfinedEvidence({ known: { profile }, now }: Scene): readonly Evidence[] {
  const { kind } = profile;
  return [
    statement(
      'No enforced policy denies it what it does not ordinarily do; its kind can have one proposed',
      now,
      kind,
    ),
  ];
}

function uncoveredEvidence({ known: { profile }, grounds, now }: Scene): readonly Evidence[] {
  const percent = Math.round((1 - (grounds.coverage.shareOf(profile.id) ?? 1)) * 100);
  return [statement(`No policy speaks about ${percent} % of its connections`, now)];
}

function watchedEvidence({ now }: Scene): readonly Evidence[] {
  return [statement('Every denying policy that applies to it is in monitor mode', now)];
}
