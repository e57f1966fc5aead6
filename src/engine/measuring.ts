import type { Threat } from '../exposure/index.ts';
import type { EntityProfile, EpochMs, Evidence, FactorName } from '../model/index.ts';
import type { PolicyDecider } from '../policy/index.ts';
import type { CertificateStanding } from '../trust/index.ts';
import { behaviorFactors } from './factors/behavior.ts';
import { identityFactors } from './factors/identity.ts';
import { type Measured, statement } from './factors/measured.ts';
import { type PolicyStanding, policyFactors } from './factors/policy.ts';
import { type MeasuredSightings, sightingFactors } from './factors/sightings.ts';
import { threatFactors } from './factors/threat.ts';
import type { MeasuringGrounds } from './grounds.ts';
import type { MeasuredHistory } from './histories.ts';

/** What is known of an entity at the moment of measuring. */
export interface Known {
  readonly profile: EntityProfile;
  readonly history: MeasuredHistory;
  readonly threats: readonly Threat[];
  readonly certificates: readonly CertificateStanding[];
}

export interface Measurement {
  readonly factors: readonly Measured[];
  readonly sightings: readonly MeasuredSightings[];
}

/** All factors of an entity, as they measure at an instant. */
export function measure(known: Known, grounds: MeasuringGrounds, now: EpochMs): Measurement {
  const { profile, history, certificates, threats } = known;
  const { connected, scoring } = grounds;
  const { baseline, signIns, software, servesOthers } = history;
  const sightings = sightingFactors(threats, scoring, now);
  const factors = identityFactors(profile, certificates, signIns, connected, now);
  if (profile.type !== 'user') factors.push(...behaviorFactors(profile, baseline, grounds, now));
  factors.push(...policyFactors(policyStanding(profile, grounds), now));
  factors.push(...threatFactors(profile, software, sightings, connected.feeds, servesOthers, now));
  return { factors, sightings };
}

/**
 * The evidence of a published factor. A factor may stand for a while longer than what it rested on: it is assessed
 * again when something happens to the entity, and by the next midnight (UTC) at the latest.
 */
export function evidenceOf(name: FactorName, { factors }: Measurement, now: EpochMs): readonly Evidence[] {
  const measured = factors.findLast((each) => each.name === name);
  if (measured !== undefined) return measured.evidence();
  return [statement('What it rested on is no longer so; it goes when the entity is next assessed', now)];
}

function policyStanding({ id, kind, tags, site }: EntityProfile, grounds: MeasuringGrounds): PolicyStanding {
  const { decider, violations } = grounds;
  return {
    hasPolicies: grounds.connected.policies,
    onlyWatched: watchesSome(decider) ? onlyWatched(decider, { id, kind, tags, site }) : 0,
    violations: violations.countFor(id).distinct,
    details: () => {
      const own = violations.of(id);
      const [newest] = own;
      return {
        neverBlocked: own.filter(({ denied }) => denied === 0).length,
        last: newest === undefined ? null : { policy: newest.policy, at: newest.last },
      };
    },
    covered: grounds.coverage.shareOf(id),
  };
}

/** Denying policies that apply, where all of them only watch. */
function onlyWatched(decider: PolicyDecider, subject: Parameters<PolicyDecider['applicable']>[0]): number {
  const denying = decider.applicable(subject).filter(({ action }) => action === 'deny');
  return denying.every(({ mode }) => mode === 'monitor') ? denying.length : 0;
}

/** Kept per decider: it stands for a set of policies as a whole, and most have none that only watches. */
const WATCHING = new WeakMap<PolicyDecider, boolean>();

function watchesSome(decider: PolicyDecider): boolean {
  let watching = WATCHING.get(decider);
  if (watching === undefined) {
    watching = decider.policies.some(({ action, mode }) => action === 'deny' && mode === 'monitor');
    WATCHING.set(decider, watching);
  }
  return watching;
}
