import type { Anchor } from '../behavior/index.ts';
import { type IndicatorTable, type Sighting, Sightings, type WarningLists } from '../exposure/index.ts';
import {
  type Anomaly,
  type AnomalyType,
  type AssignRecord,
  type AttributedFactor,
  type BaselineAcceptRecord,
  type EntityId,
  type EntityProfile,
  type EpochMs,
  MINUTE_MS,
  type StateReader,
  type Stateful,
  type StateWriter,
  type SuppressRecord,
  type VerdictRecord,
} from '../model/index.ts';
import { Coverage, Violations } from '../policy/index.ts';
import { attribute } from '../scoring/index.ts';
import { Absorbing } from './absorbing.ts';
import { admission } from './admission.ts';
import { Anomalies } from './anomalies.ts';
import type { AnomalyIds } from './anomaly-life.ts';
import { Assurance } from './assurance.ts';
import { Deadlines } from './deadlines.ts';
import { EntityRows } from './entity-rows.ts';
import { Grounds, type Shared } from './grounds.ts';
import { Histories, type History } from './histories.ts';
import type { Occurrence } from './occurrence.ts';
import { PartitionSums } from './partition-sums.ts';
import { Settling } from './settling.ts';
import { Watchlist } from './watchlist.ts';
import { type Frozen, silenceOf } from './silence.ts';
import { Standings } from './standings.ts';
import type { Standing } from './standing.ts';
import type { Stood } from './stood.ts';
import { scopeMatcher } from './suppression-scope.ts';
import type { Adoption, Belongings } from './belongings.ts';
import type { Looked } from './weaknesses.ts';

/** What a change of an entity's ways shows as. */
const ACCEPTED: ReadonlySet<AnomalyType> = new Set<AnomalyType>(['volume_anomaly', 'new_service']);
const NEVER_FROZEN: Frozen = { until: 0, waitedFrom: 0 };

/**
 * The state of some of the entities. Partitions see the same records in the same order and never
 * speak to each other, so that the result does not depend on how many there are.
 */
export class Partition implements Stateful {
  readonly anomalies: Anomalies;
  readonly sightings = new Sightings();
  readonly violations = new Violations();
  readonly coverage = new Coverage();
  readonly rows = new EntityRows();
  readonly histories;
  readonly standings = new Standings(this.rows);
  readonly deadlines = new Deadlines(this.rows.table);
  readonly sums = new PartitionSums(this.rows);
  readonly #shared: Shared;
  readonly #absorbing: Absorbing;
  readonly settling: Settling;
  readonly #watchlist: Watchlist;

  constructor(ids: AnomalyIds, shared: Shared) {
    const tell = (anomaly: Anomaly) => shared.changes.anomaly(anomaly, shared.now);
    const admit = admission(shared);
    const assurance = new Assurance(shared, (entity, detection) =>
      this.anomalies.isConfirmed(entity, detection),
    );
    this.anomalies = new Anomalies(ids, tell, (entity, detection) => {
      shared.tap?.detected(entity, detection);
      assurance.count(entity, detection);
      const admitted = admit(entity, detection);
      return admitted === null ? null : assurance.of(entity, admitted);
    });
    this.#shared = shared;
    this.histories = new Histories(this.rows, shared.peers);
    this.#absorbing = new Absorbing(this, shared);
    this.#watchlist = new Watchlist(this, shared, this.anomalies);
    this.settling = new Settling(this, new Grounds(this, shared), this.#watchlist, shared);
  }

  /** What an event means for one entity, taken in; its posture is settled before the next record. */
  take(occurrence: Occurrence, now: EpochMs, isLate: boolean): void {
    const profile = this.#shared.directory.profile(occurrence.entity);
    if (profile === null) return;
    const row = this.rows.of(profile.id);
    const mayHaveChanged = this.#absorbing.absorb(row, profile, occurrence, isLate);
    if (mayHaveChanged || !this.standings.has(row)) this.settle(profile.id, now);
    else if (this.#watchlist.isAway(row)) this.#list(row);
  }

  /** Fires what is due by time alone. */
  passTime(now: EpochMs): void {
    const { changes } = this.#shared;
    changes.passingTime(true);
    for (const entity of this.violations.expire(now)) this.settle(entity, now);
    for (let due = this.deadlines.takeDue(now); due !== null; due = this.deadlines.takeDue(now)) {
      if (due.kind === 'offline') this.#checkSilence(due.row, now);
      else if (due.kind === 'aging') this.#age(due.row, now);
      else this.#list(due.row);
    }
    changes.passingTime(false);
  }

  /** Whom sensors cover is settled anew, one by one in the next half hour: a site's may be a hundred thousand. */
  lookAgainBehind(sensors: readonly string[], now: EpochMs): void {
    for (const row of this.histories.heardByAny(sensors, this.rows.all())) {
      const [armed, at] = [this.deadlines.at(row, 'aging'), now + turnOf(this.rows.id(row))];
      if (armed === null || armed > at) this.deadlines.set(row, 'aging', at);
    }
  }

  /** Brings an entity's posture up to date with its evidence. */
  settle(id: EntityId, now: EpochMs): void {
    const profile = this.#shared.directory.profile(id);
    if (profile === null || profile.id !== id) return;
    this.settling.settle(this.rows.of(id), profile, now);
  }

  /** The first was enrolled, or nobody is any more: whether a stranger that is gone is listed is decided anew. */
  listStrangers(): void {
    for (const row of this.rows.all()) if (this.#watchlist.isAway(row)) this.#list(row);
  }

  settleAll(now: EpochMs): void {
    for (const row of this.rows.all()) {
      this.standings.flags.set(row, 'plain', false);
      this.settle(this.rows.id(row), now);
    }
  }

  /** Those whose weaknesses advisories may have changed: with firmware, software, or one of these bills. */
  settleWeak(holders: ReadonlySet<EntityId>, now: EpochMs): void {
    for (const row of this.rows.all()) {
      const id = this.rows.id(row);
      const isWeak = holders.has(id) || this.histories.software(row) !== null;
      if (isWeak || this.#hasFirmware(id)) this.settle(id, now);
    }
  }

  /** A feed, or a warning list, became active: what is no longer listed stops counting. */
  reconcile(table: IndicatorTable, warnings: WarningLists, now: EpochMs): void {
    for (const entity of this.sightings.reconcile(table, now, warnings)) this.settle(entity, now);
  }

  /** What an entity met before it counted as listed. */
  recognise(entity: EntityId, sightings: readonly Sighting[], now: EpochMs): void {
    if (this.#shared.directory.profile(entity) === null) return;
    if (this.sightings.recognise(entity, sightings)) this.settle(entity, now);
  }

  /** @param kind of device that the entity is of, which verdicts speak for */
  verdict(record: VerdictRecord, now: EpochMs, kind: string | null = null): void {
    const anomaly = this.anomalies.verdict(record, kind);
    if (anomaly !== null) this.settle(anomaly.entity, now);
  }

  assign(record: AssignRecord): void {
    this.anomalies.assign(record);
  }

  /** Closes what is open of the scope, and forgets nothing of it; gives what closed. */
  suppress(record: SuppressRecord, now: EpochMs): readonly Anomaly[] {
    const { directory } = this.#shared;
    const matches = scopeMatcher(record.scope, (id) => directory.canonical(id));
    const all: Anomaly[] = [];
    for (const entity of this.#withOpenAnomalies()) {
      const profile = directory.profile(entity);
      if (profile === null) continue;
      const closed = this.anomalies.expect(entity, (each) => matches(profile, each), 'suppress', record);
      if (closed.length === 0) continue;
      all.push(...closed);
      this.settle(entity, now);
      for (const row of this.#rowsOf(entity)) this.#lookAgain(row, entity, now);
    }
    return all;
  }

  /** A word that held something back is over: what is still so is told by its next sign. */
  askAgain(entity: EntityId, type: AnomalyType, name: string | null, now: EpochMs): void {
    for (const behavior of this.#behaviorsOf(entity))
      this.histories.behaviors.askAgain(behavior, type, name, now);
  }

  /** A word that held something back has ended early: whoever is silent is looked at again. `null`: everybody. */
  lookForSilent(entity: EntityId | null, now: EpochMs): void {
    for (const row of entity === null ? this.rows.all() : this.#rowsOf(entity)) {
      const isWaited =
        this.histories.behavior(row) !== null && (this.deadlines.at(row, 'offline') ?? now) >= now;
      if (isWaited && !this.#isOffline(this.rows.id(row))) this.deadlines.set(row, 'offline', now);
    }
  }

  /** What an entity does of late is its new normal; gives what was, `null` where nothing is known of it here. */
  accept(record: BaselineAcceptRecord, entity: EntityId, now: EpochMs): Anchor | null {
    const [behavior] = this.#behaviorsOf(entity);
    const before = behavior === undefined ? null : this.histories.behaviors.accept(behavior);
    this.anomalies.expect(entity, ({ type }) => ACCEPTED.has(type), 'baseline_accept', record);
    this.settle(entity, now);
    return before;
  }

  revert(entity: EntityId, before: Anchor, now: EpochMs): void {
    for (const behavior of this.#behaviorsOf(entity)) this.histories.behaviors.revert(behavior, before);
    this.settle(entity, now);
  }

  /** `null` for an entity that was never settled. */
  standing(id: EntityId): Standing | null {
    const row = this.rows.find(id);
    return row === -1 ? null : this.standings.at(row);
  }

  history(id: EntityId): History | null {
    const row = this.rows.find(id);
    return row === -1 ? null : this.histories.of(row);
  }

  /** Reported and matched. */
  weaknesses(profile: EntityProfile): Looked {
    const row = this.rows.find(profile.id);
    return row === -1 ? { weaknesses: [], firmware: null } : this.settling.weaknesses(row, profile);
  }

  factors(id: EntityId): readonly AttributedFactor[] {
    const row = this.rows.find(id);
    const profile = row === -1 ? null : this.#shared.directory.profile(id);
    if (profile === null || !this.standings.has(row)) return [];
    return attribute(this.settling.factors(row, profile), this.#shared.scoring);
  }

  /** Takes an entity out with all that is its own, to be given to another identity and kept for a split. */
  release(id: EntityId): Belongings | null {
    const row = this.rows.find(id);
    if (row === -1) return null;
    const belongings = {
      history: this.histories.release(row),
      anomalies: this.anomalies.release(id),
      sightings: this.sightings.release(id),
      violations: this.violations.release(id),
      coverage: this.coverage.release(id),
    };
    const standing = this.settling.release(row);
    this.rows.remove(row);
    return { ...belongings, standing };
  }

  /** Takes an entity out with all that is its own, for good. */
  erase(id: EntityId): void {
    const behavior = this.release(id)?.history.behavior ?? null;
    if (behavior !== null) this.histories.behaviors.end(behavior.row);
  }

  /** Gives an entity what was another's: no evidence is lost. */
  adopt(id: EntityId, belongings: Belongings): Adoption {
    const row = this.rows.of(id);
    const servedBefore = this.histories.servesOthers(row);
    this.histories.adopt(row, belongings.history);
    this.anomalies.adopt(id, belongings.anomalies);
    const sightings = this.sightings.adopt(id, belongings.sightings);
    const violations = this.violations.adopt(id, belongings.violations);
    const coverage = this.coverage.adopt(id, belongings.coverage ?? 0);
    this.#absorbing.armOffline(row);
    return { belongings, sightings, violations, servedBefore, coverage };
  }

  /** A split: an identity stands where it stood, so that no step or beginning of a factor is lost. */
  restore(id: EntityId, belongings: Belongings): void {
    this.adopt(id, belongings);
    const profile = this.#shared.directory.profile(id);
    if (belongings.standing === null || profile === null) return;
    this.settling.restore(this.rows.of(id), profile, belongings.standing);
  }

  /** A split: takes back what came from the other identity, as it is now. */
  disown(id: EntityId, { belongings, sightings, violations, servedBefore, coverage }: Adoption): Belongings {
    this.histories.disown(this.rows.of(id), belongings.history, servedBefore);
    this.sightings.disown(id, sightings);
    this.violations.disown(id, violations);
    if (coverage !== undefined) this.coverage.disown(id, coverage);
    const adopted = new Set(belongings.anomalies.map((each) => each.id));
    return { ...belongings, anomalies: this.anomalies.release(id, (each) => adopted.has(each)) };
  }

  /** Judges an entity anew that another identity parted from. */
  settleParted(id: EntityId, stood: Stood, now: EpochMs): void {
    const row = this.rows.find(id);
    const profile = this.#shared.directory.profile(id);
    if (row !== -1 && profile !== null) this.settling.partFrom(row, profile, stood, now);
  }

  save(to: StateWriter): void {
    this.rows.save(to.part('entities'));
    this.histories.save(to.part('histories'));
    this.standings.save(to.part('standings'));
    this.anomalies.save(to.part('anomalies'));
    this.sightings.save(to.part('sightings'));
    this.violations.save(to.part('violations'));
    this.coverage.save(to.part('coverage'));
    this.sums.save(to.part('sums'));
  }

  load(from: StateReader): void {
    this.rows.load(from.part('entities'));
    this.histories.load(from.part('histories'));
    this.standings.load(from.part('standings'));
    this.anomalies.load(from.part('anomalies'));
    this.sightings.load(from.part('sightings'));
    this.violations.load(from.part('violations'));
    this.coverage.load(from.part('coverage'));
    this.deadlines.restore(this.rows.all());
    if (from.has('sums')) this.sums.load(from.part('sums'), this.rows, this.standings);
    else this.sums.addUp(this.rows, this.standings);
  }

  #behaviorsOf(entity: EntityId): readonly number[] {
    return this.#rowsOf(entity).flatMap((row) => this.histories.behavior(row) ?? []);
  }

  #rowsOf(entity: EntityId): readonly number[] {
    const row = this.rows.find(entity);
    return row === -1 ? [] : [row];
  }

  #withOpenAnomalies(): ReadonlySet<EntityId> {
    return new Set(Array.from(this.anomalies.allOpen(), ({ entity }) => entity));
  }

  #checkSilence(row: number, now: EpochMs): void {
    const profile = this.#shared.directory.profile(this.rows.id(row));
    const frozen = profile === null ? null : this.#frozen(profile, now);
    const silence = silenceOf(row, this.histories, this.#shared.sensors, now, frozen ?? NEVER_FROZEN);
    if (silence === null) return;
    if (silence.kind === 'waiting') {
      this.deadlines.set(row, 'offline', silence.until);
      return;
    }
    if (profile === null) return;
    const { id, site, criticality } = profile;
    if (this.anomalies.detect(id, site, silence.detection, criticality)) return this.settle(id, now);
    this.#lookAgain(row, id, now);
  }

  /** Maintenance freezes the waiting for a word. */
  #frozen(profile: EntityProfile, now: EpochMs): Frozen | null {
    const { maintenance } = this.#shared;
    if (maintenance.isEmpty) return null;
    return { until: maintenance.at(profile, now)?.to ?? 0, waitedFrom: maintenance.lastEnd(profile, now) };
  }

  /** Its silence was held back by an operator's word: it is looked at again when that word may have ended. */
  #lookAgain(row: number, id: EntityId, now: EpochMs): void {
    const until = this.#shared.suppressions.nextExpiry;
    const isWaited = this.deadlines.has(row, 'offline') || this.#isOffline(id);
    if (!isWaited && until > now && Number.isFinite(until)) this.deadlines.set(row, 'offline', until);
  }

  #hasFirmware(id: EntityId): boolean {
    return (this.#shared.directory.profile(id)?.firmware ?? null) !== null;
  }

  #isOffline(id: EntityId): boolean {
    return this.anomalies.open(id).some(({ type }) => type === 'unexpected_offline');
  }

  #age(row: number, now: EpochMs): void {
    const id = this.rows.id(row);
    const behavior = this.histories.behavior(row);
    const profile = this.#shared.directory.profile(id);
    if (behavior !== null && profile !== null) {
      const { behaviors } = this.histories;
      const isClosed = behaviors.advance(behavior, now, this.#absorbing.calendarOf(profile));
      if (isClosed) {
        this.#absorbing.tell(profile, behaviors.hourEnd(behavior, now), now);
        this.#shared.tap?.learnt(id, now, () => behaviors.baseline(behavior));
      }
    }
    this.anomalies.closeQuiet(id, now);
    this.settle(id, now);
  }

  /** A stranger that was not heard for long enough leaves the devices at risk, and comes back when it is heard. */
  #list(row: number): void {
    const profile: EntityProfile | null = this.#shared.directory.profile(this.rows.id(row));
    if (profile !== null) this.#watchlist.update(row, profile);
  }
}

const TURNS_MS = 30 * MINUTE_MS;

/** When in a round of many an entity's turn is: the same in each run, and spread over the round (FNV-1a, Fowler, Noll and Vo). */
function turnOf(id: EntityId): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % TURNS_MS;
}
