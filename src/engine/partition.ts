import type { WorkCalendar } from '../behavior/index.ts';
import type { Directory } from '../entities/index.ts';
import { type IndicatorTable, Sightings } from '../exposure/index.ts';
import {
  type AttributedFactor,
  type EntityId,
  type EntityProfile,
  type EpochMs,
  HOUR_MS,
  type SiteId,
  type VerdictRecord,
} from '../model/index.ts';
import { Coverage, type PolicyDecider, Violations } from '../policy/index.ts';
import { attribute, type ScoringProfile } from '../scoring/index.ts';
import type { CertificatesSeen } from '../trust/index.ts';
import { Anomalies, type AnomalyIds } from './anomalies.ts';
import type { Changes } from './changes.ts';
import { Deadlines } from './deadlines.ts';
import {
  behaviorOf,
  adoptHistory,
  type Adoption,
  type Belongings,
  disownHistory,
  type EntityState,
  newEntityState,
  signInsOf,
  softwareOf,
  type Standing,
  stateSnapshot,
} from './entity-state.ts';
import type { CertificatePresented, ContactMade, Heard, ListedMet, Occurrence } from './occurrence.ts';
import { PartitionSums } from './partition-sums.ts';
import { isSilent } from './sensors.ts';
import { type Connected, type Grounds, nextAging, settle } from './settling.ts';

/** What all partitions look at and none of them changes. */
export interface Shared {
  readonly directory: Directory;
  readonly certificates: CertificatesSeen;
  readonly decider: PolicyDecider;
  readonly connected: Connected;
  readonly scoring: ScoringProfile;
  readonly changes: Changes;
  /** The engine's time. */
  readonly now: EpochMs;
  calendarOf(site: SiteId): WorkCalendar;
}

/**
 * The state of some of the entities. Partitions see the same records in the same order and never
 * speak to each other, so that the result does not depend on how many there are.
 */
export class Partition {
  readonly anomalies: Anomalies;
  readonly sightings = new Sightings();
  readonly violations = new Violations();
  readonly coverage = new Coverage();
  readonly sums = new PartitionSums();
  readonly #states = new Map<EntityId, EntityState>();
  readonly #deadlines = new Deadlines();
  readonly #shared: Shared;

  constructor(ids: AnomalyIds, shared: Shared) {
    this.anomalies = new Anomalies(ids, (anomaly) => shared.changes.anomaly(anomaly, shared.now));
    this.#shared = shared;
  }

  state(id: EntityId): EntityState | null {
    return this.#states.get(id) ?? null;
  }

  /** What an event means for one entity, taken in; its posture is settled before the next record. */
  take(occurrence: Occurrence, now: EpochMs, isLate: boolean): void {
    const profile = this.#shared.directory.profile(occurrence.entity);
    if (profile === null) return;
    const state = this.#stateOf(profile.id);
    if (this.#absorb(state, profile, occurrence, isLate) || state.standing === null)
      this.settle(profile.id, now);
  }

  /** Fires what is due by time alone. */
  passTime(now: EpochMs): void {
    const { changes } = this.#shared;
    changes.passingTime(true);
    for (const entity of this.violations.expire(now)) this.settle(entity, now);
    for (let due = this.#deadlines.takeDue(now); due !== null; due = this.#deadlines.takeDue(now)) {
      if (due.kind === 'offline') this.#checkSilence(due.entity, now);
      else this.#age(due.entity, now);
    }
    changes.passingTime(false);
  }

  /** Brings an entity's posture up to date with its evidence. */
  settle(id: EntityId, now: EpochMs): void {
    const profile = this.#shared.directory.profile(id);
    if (profile === null || profile.id !== id) return;
    const state = this.#stateOf(id);
    this.#uncount(state);
    const grounds = this.#grounds();
    const before = state.standing;
    state.standing = settle(state, profile, grounds, now);
    this.#count(state);
    this.#tell(id, before, state.standing);
    this.#deadlines.set(id, 'aging', nextAging(state, profile, grounds, now));
  }

  settleAll(now: EpochMs): void {
    for (const id of this.#states.keys()) this.settle(id, now);
  }

  /** A feed became active: what it no longer lists stops counting. */
  reconcile(table: IndicatorTable, now: EpochMs): void {
    for (const entity of this.sightings.reconcile(table, now)) this.settle(entity, now);
  }

  verdict(record: VerdictRecord, now: EpochMs): void {
    const anomaly = this.anomalies.verdict(record);
    if (anomaly !== null) this.settle(anomaly.entity, now);
  }

  factors(id: EntityId): readonly AttributedFactor[] {
    const standing = this.#states.get(id)?.standing;
    if (standing === null || standing === undefined) return [];
    return attribute([...standing.factors.values()], this.#shared.scoring);
  }

  /** Takes an entity out with all that is its own, to be given to another identity and kept for a split. */
  release(id: EntityId): Belongings | null {
    const state = this.#states.get(id);
    if (state === undefined) return null;
    this.#uncount(state);
    this.#states.delete(id);
    this.coverage.forget(id);
    this.#deadlines.set(id, 'offline', null);
    this.#deadlines.set(id, 'aging', null);
    this.#tell(id, state.standing, null);
    return {
      history: state,
      standing: state.standing,
      anomalies: this.anomalies.release(id),
      sightings: this.sightings.release(id),
      violations: this.violations.release(id),
    };
  }

  /** Gives an entity what was another's: no evidence is lost. */
  adopt(id: EntityId, belongings: Belongings): Adoption {
    const state = this.#stateOf(id);
    const servedBefore = state.servesOthers;
    adoptHistory(state, belongings.history);
    this.anomalies.adopt(id, belongings.anomalies);
    const sightings = this.sightings.adopt(id, belongings.sightings);
    const violations = this.violations.adopt(id, belongings.violations);
    this.#armOffline(state);
    return { belongings, sightings, violations, servedBefore };
  }

  /** A split: an identity stands where it stood, so that no step or beginning of a factor is lost. */
  restore(id: EntityId, belongings: Belongings): void {
    this.adopt(id, belongings);
    const state = this.#stateOf(id);
    this.#uncount(state);
    const before = state.standing;
    state.standing = belongings.standing;
    this.#count(state);
    this.#tell(id, before, state.standing);
  }

  /** A split: takes back what came from the other identity, as it is now. */
  disown(id: EntityId, { belongings, sightings, violations, servedBefore }: Adoption): Belongings {
    const state = this.#stateOf(id);
    disownHistory(state, belongings.history);
    state.servesOthers = servedBefore;
    this.sightings.disown(id, sightings);
    this.violations.disown(id, violations);
    const adopted = new Set(belongings.anomalies.map((each) => each.id));
    return { ...belongings, anomalies: this.anomalies.release(id, (each) => adopted.has(each)) };
  }

  snapshot(): unknown {
    return {
      states: [...this.#states.values()].sort(byId).map(stateSnapshot),
      deadlines: this.#deadlines.snapshot(),
      anomalies: this.anomalies.snapshot(),
      sightings: this.sightings.snapshot(),
      violations: this.violations.snapshot(),
      coverage: this.coverage.snapshot(),
    };
  }

  #stateOf(id: EntityId): EntityState {
    let state = this.#states.get(id);
    if (state === undefined) this.#states.set(id, (state = newEntityState(id)));
    return state;
  }

  /** True when the posture may have changed. */
  #absorb(state: EntityState, profile: EntityProfile, occurrence: Occurrence, isLate: boolean): boolean {
    switch (occurrence.kind) {
      case 'heard':
        return this.#hear(state, occurrence, isLate);
      case 'contact':
        return this.#contact(state, profile, occurrence, isLate);
      case 'listed':
        return this.#meet(state.id, occurrence);
      case 'presented':
        return this.#present(state.id, occurrence);
      case 'certificate_learnt':
        return true;
      case 'sign_in':
        this.#shared.directory.seen(state.id, occurrence.time);
        signInsOf(state).observe(occurrence.event);
        return true;
      case 'software':
        softwareOf(state).see(occurrence.event);
        return false;
      case 'vulnerability':
        softwareOf(state).report(occurrence.event);
        return true;
    }
  }

  #meet(id: EntityId, { match, outcome, time, evidence }: ListedMet): true {
    this.sightings.observe(id, match, outcome, time, evidence);
    return true;
  }

  #present(id: EntityId, { port, key, time }: CertificatePresented): boolean {
    return this.#shared.certificates.present(id, port, key, time);
  }

  #hear(state: EntityState, { time, sensor }: Heard, isLate: boolean): boolean {
    this.#shared.directory.seen(state.id, time);
    if (isLate) return false;
    state.heardBy = sensor;
    state.behavior?.hear(time, sensor.steadySince);
    if (!this.#deadlines.has(state.id, 'offline')) this.#armOffline(state);
    return this.anomalies.endState(state.id, 'unexpected_offline', time);
  }

  #contact(state: EntityState, profile: EntityProfile, occurrence: ContactMade, isLate: boolean): boolean {
    const { contact, ruling, teaches, time } = occurrence;
    let changed = ruling !== null && this.#rule(state.id, occurrence, isLate);
    if (contact.direction === 'inbound' && contact.outcome === 'established' && !state.servesOthers) {
      state.servesOthers = true;
      changed = true;
    }
    if (isLate || !teaches || profile.shared !== 'no') return changed;
    const isNew = state.behavior === null;
    // Asked anew for every hour: a site's time zone and work week may be configured later.
    const behavior =
      state.behavior ?? behaviorOf(state, (hour) => this.#shared.calendarOf(profile.site)(hour));
    if (isNew) behavior.hear(time);
    const enrolledAt = profile.enrolment.state === 'enrolled' ? profile.enrolment.at : null;
    const { detections, deviationMoved } = behavior.observe(contact, enrolledAt, profile.roles);
    for (const detection of detections) {
      if (this.anomalies.detect(state.id, profile.site, detection, profile.criticality)) changed = true;
    }
    return changed || deviationMoved || isNew;
  }

  /** What the policies say of a connection: coverage, and a violation where it is forbidden. */
  #rule(id: EntityId, { contact, ruling, teaches, time }: ContactMade, isLate: boolean): boolean {
    if (ruling === null) return false;
    const coverageMoved = teaches && !isLate && this.coverage.observe(id, ruling.covered);
    if (ruling.policy?.action !== 'deny') return coverageMoved;
    const before = this.violations.countFor(id).distinct;
    this.violations.observe(id, ruling.policy.id, contact.peer, time, contact.outcome === 'blocked');
    return coverageMoved || this.violations.countFor(id).distinct !== before;
  }

  #armOffline(state: EntityState): void {
    const deadline = state.behavior?.offlineDeadline() ?? null;
    if (deadline !== null) this.#deadlines.set(state.id, 'offline', deadline);
  }

  /** Silent for longer than it ever is, while its sensor hears others: that is a departure. */
  #checkSilence(id: EntityId, now: EpochMs): void {
    const state = this.#states.get(id);
    const profile = this.#shared.directory.profile(id);
    if (state === undefined || profile === null) return;
    const { behavior, heardBy } = state;
    if (behavior === null || heardBy === null) return;
    const deadline = behavior.offlineDeadline(heardBy.steadySince);
    if (deadline === null) return;
    if (deadline > now || isSilent(heardBy, now)) {
      this.#deadlines.set(id, 'offline', Math.max(deadline, now + HOUR_MS));
      return;
    }
    const detection = behavior.offline(now);
    if (this.anomalies.detect(id, profile.site, detection, profile.criticality)) this.settle(id, now);
  }

  #age(id: EntityId, now: EpochMs): void {
    const state = this.#states.get(id);
    if (state === undefined) return;
    state.behavior?.baseline.advance(now);
    this.anomalies.closeQuiet(id, now);
    this.settle(id, now);
  }

  #grounds(): Grounds {
    const { anomalies, sightings, violations, coverage } = this;
    const { directory, certificates, decider, connected, scoring } = this.#shared;
    return {
      directory,
      certificates,
      decider,
      connected,
      scoring,
      anomalies,
      sightings,
      violations,
      coverage,
    };
  }

  #tell(id: EntityId, before: Standing | null, after: Standing | null): void {
    const { changes, scoring, now } = this.#shared;
    changes.posture(id, before, after, now, scoring.version);
  }

  #count({ id, standing }: EntityState): void {
    if (standing !== null) this.sums.add(id, standing);
  }

  #uncount({ id, standing }: EntityState): void {
    if (standing !== null) this.sums.remove(id, standing);
  }
}

function byId(a: EntityState, b: EntityState): number {
  return a.id < b.id ? -1 : 1;
}
