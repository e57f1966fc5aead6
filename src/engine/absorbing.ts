import type { Calendar, Circumstances, Observed } from '../behavior/index.ts';
import type { Sightings } from '../exposure/index.ts';
import type { Detection, EntityId, EntityProfile, EpochMs, MaintenanceWindow } from '../model/index.ts';
import type { Coverage, Violations } from '../policy/index.ts';
import type { Anomalies } from './anomalies.ts';
import type { Deadlines } from './deadlines.ts';
import type { Shared } from './grounds.ts';
import type { Histories } from './histories.ts';
import { isPartlyIn } from './maintenance.ts';
import type {
  Asked,
  Called,
  CertificatePresented,
  ContactMade,
  ListedMet,
  MachineSignIn,
  Occurrence,
  SignedIn,
} from './occurrence.ts';
import type { SensorState } from './sensors.ts';

/** The parts of a partition that learn from what happens. */
interface Learning {
  readonly anomalies: Anomalies;
  readonly sightings: Sightings;
  readonly violations: Violations;
  readonly coverage: Coverage;
  readonly histories: Histories;
  readonly deadlines: Deadlines;
}

/** Takes what happened into what is known of an entity. */
export class Absorbing {
  readonly #learning: Learning;
  readonly #shared: Shared;

  constructor(learning: Learning, shared: Shared) {
    this.#learning = learning;
    this.#shared = shared;
  }

  /** True when the posture may have changed. */
  absorb(row: number, profile: EntityProfile, occurrence: Occurrence, isLate: boolean): boolean {
    const { histories } = this.#learning;
    switch (occurrence.kind) {
      case 'heard':
        return this.#hear(row, profile, occurrence.time, occurrence.sensor, isLate);
      case 'contact':
        return this.#contact(row, profile, occurrence, isLate);
      case 'called':
        return this.#call(row, profile, occurrence, isLate);
      case 'asked':
        return this.#ask(row, profile, occurrence, isLate);
      case 'listed':
        return this.#meet(profile.id, occurrence);
      case 'presented':
        return this.#present(profile.id, occurrence);
      case 'certificate_learnt':
      case 'installed':
        return true;
      case 'sign_in':
        return this.#signIn(row, profile, occurrence, isLate);
      case 'machine_sign_in':
        return this.#machineSignIn(row, profile, occurrence, isLate);
      case 'software':
        histories.makeSoftware(row).see(occurrence.event);
        return false;
      case 'vulnerability':
        histories.makeSoftware(row).report(occurrence.event);
        return true;
    }
  }

  /** Sets the deadline by which it should be heard again, as far as that is known. */
  armOffline(row: number): void {
    const { histories, deadlines } = this.#learning;
    const behavior = histories.behavior(row);
    const deadline = behavior === null ? null : histories.behaviors.offlineDeadline(behavior);
    if (deadline !== null) deadlines.set(row, 'offline', deadline);
  }

  #meet(id: EntityId, { match, outcome, time, evidence }: ListedMet): true {
    this.#learning.sightings.observe(id, match, outcome, time, evidence);
    return true;
  }

  #present(id: EntityId, { port, key, time }: CertificatePresented): boolean {
    const { certificates, directory } = this.#shared;
    return certificates.present(directory.membersOf(id), port, key, time);
  }

  #hear(row: number, profile: EntityProfile, time: EpochMs, sensor: SensorState, isLate: boolean): boolean {
    const { histories, deadlines, anomalies } = this.#learning;
    const { id } = profile;
    this.#shared.directory.seen(id, time);
    if (isLate) return false;
    const last = histories.hear(row, sensor.key);
    // How sure its posture is follows from whether that is heard.
    const isOtherwise = last !== null && this.#shared.sensors.of(last)?.isMissed !== sensor.isMissed;
    const behavior = histories.behavior(row);
    if (behavior !== null) {
      // What it was silent for during work on it is no gap of its own.
      const { maintenance } = this.#shared;
      const excused = maintenance.isEmpty ? undefined : () => maintenance.excusedUntil(profile, time);
      histories.behaviors.hear(behavior, time, sensor.steadySince, excused);
    }
    if (!deadlines.has(row, 'offline')) this.armOffline(row);
    return anomalies.endState(id, 'unexpected_offline', time) || isOtherwise;
  }

  #contact(row: number, profile: EntityProfile, occurrence: ContactMade, isLate: boolean): boolean {
    const { contact, sensor, teaches, time } = occurrence;
    const { histories } = this.#learning;
    let changed = this.#hear(row, profile, time, sensor, isLate);
    if (this.#rule(profile.id, occurrence, isLate)) changed = true;
    const isServed = contact.direction === 'inbound' && contact.outcome === 'established';
    if (isServed && !histories.servesOthers(row)) {
      histories.serve(row, true);
      changed = true;
    }
    if (isLate || !teaches || profile.shared !== 'no') return changed;
    return this.#learn(row, profile, occurrence) || changed;
  }

  #learn(row: number, profile: EntityProfile, made: ContactMade): boolean {
    const { histories } = this.#learning;
    const known = histories.behavior(row);
    const behavior = known ?? this.#beginBehavior(row, made.time);
    const circumstances = this.#circumstancesOf(profile);
    const observed = histories.behaviors.observe(behavior, made.contact, circumstances);
    this.#shared.tap?.learnt(profile.id, made.time, () => histories.behaviors.baseline(behavior));
    return this.tell(profile, observed, made.time) || known === null || observed.deviationMoved;
  }

  #call(row: number, profile: EntityProfile, { contact, time, sensor }: Called, isLate: boolean): boolean {
    const changed = this.#hear(row, profile, time, sensor, isLate);
    if (isLate || profile.shared !== 'no') return changed;
    const { histories } = this.#learning;
    const known = histories.behavior(row);
    const behavior = known ?? this.#beginBehavior(row, time);
    const observed = histories.behaviors.call(behavior, contact, this.#circumstancesOf(profile));
    return this.tell(profile, observed, time) || changed || known === null || observed.deviationMoved;
  }

  /** What was found of an entity, and what is over; true when an anomaly changed. */
  tell(profile: EntityProfile, { detections, ended }: Observed, time: EpochMs): boolean {
    let changed = this.#open(profile, detections);
    for (const type of ended) {
      if (this.#learning.anomalies.endState(profile.id, type, time)) changed = true;
    }
    return changed;
  }

  #ask(row: number, profile: EntityProfile, { question, time }: Asked, isLate: boolean): boolean {
    const { histories } = this.#learning;
    if (isLate || profile.shared !== 'no') return false;
    const known = histories.behavior(row);
    // A question to a server is a contact, too, which begins a history; of one to nobody there is nothing else.
    if (known === null && question.server !== null) return false;
    const behavior = known ?? this.#beginBehavior(row, time);
    const circumstances = this.#circumstancesOf(profile);
    return this.#open(profile, histories.behaviors.ask(behavior, question, circumstances)) || known === null;
  }

  #signIn(row: number, profile: EntityProfile, { event, use, time }: SignedIn, isLate: boolean): true {
    const { histories } = this.#learning;
    this.#shared.directory.seen(profile.id, time);
    histories.makeSignIns(row).observe(event);
    if (isLate) return true;
    const hour = this.#shared.localHourOf(profile.site)(time);
    const { isWorkHour } = this.#shared.clockOf(profile.site);
    this.#open(profile, histories.makeHabits(row).observe({ ...use, hour, isWorkHour }));
    return true;
  }

  /** Who answers for many is guessed at all the same; what comes from behind it is nobody's in particular. */
  #machineSignIn(
    row: number,
    profile: EntityProfile,
    { signIn, time }: MachineSignIn,
    isLate: boolean,
  ): boolean {
    if (isLate || (signIn.direction === 'outbound' && profile.shared === 'declared')) return false;
    const { histories } = this.#learning;
    const known = histories.behavior(row);
    const behavior = known ?? this.#beginBehavior(row, time);
    return this.#open(profile, histories.behaviors.signIn(behavior, signIn)) || known === null;
  }

  /** Nothing was learnt of it so far: this is its first sign of life. */
  #beginBehavior(row: number, time: EpochMs): number {
    const { histories } = this.#learning;
    const begun = histories.makeBehavior(row);
    histories.behaviors.hear(begun, time);
    return begun;
  }

  #circumstancesOf(profile: EntityProfile): Circumstances {
    const { kind, enrolment, roles } = profile;
    return {
      enrolledAt: enrolment.state === 'enrolled' ? enrolment.at : null,
      kind,
      roles,
      now: this.#shared.now,
      clock: this.#shared.clockOf(profile.site),
      isMaintained: this.#maintainedHours(profile),
    };
  }

  calendarOf(profile: EntityProfile): Calendar {
    return {
      // Asked anew each time: a site's time zone and work week may be configured later.
      clock: this.#shared.clockOf(profile.site),
      isMaintained: this.#maintainedHours(profile),
    };
  }

  #maintainedHours(profile: EntityProfile): Calendar['isMaintained'] {
    const { maintenance } = this.#shared;
    if (maintenance.isEmpty) return undefined;
    // Weeks of empty hours may be asked for one after the other: whose windows they are is looked up once.
    let own: readonly MaintenanceWindow[] | null = null;
    return (hour) => {
      own ??= maintenance.of(profile);
      return own.some((each) => isPartlyIn(each, hour));
    };
  }

  #open({ id, site, criticality }: EntityProfile, detections: readonly Detection[]): boolean {
    let changed = false;
    for (const detection of detections) {
      if (this.#learning.anomalies.detect(id, site, detection, criticality)) changed = true;
    }
    return changed;
  }

  /** What the policies say of a connection: coverage, and a violation where it is forbidden. */
  #rule(id: EntityId, { contact, ruling, teaches, time }: ContactMade, isLate: boolean): boolean {
    if (ruling === null) return false;
    const { coverage, violations } = this.#learning;
    const coverageMoved = teaches && !isLate && coverage.observe(id, ruling.covered);
    if (ruling.policy?.action !== 'deny') return coverageMoved;
    const before = violations.countFor(id).distinct;
    violations.observe(id, ruling.policy.id, contact.peer, time, contact.outcome === 'blocked');
    return coverageMoved || violations.countFor(id).distinct !== before;
  }
}
