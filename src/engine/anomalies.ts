import { GraveTally } from '../compliance/index.ts';
import {
  ANOMALY_NATURE,
  type Anomaly,
  type AnomalyId,
  type AnomalyType,
  type AssignRecord,
  type Criticality,
  DAY_MS,
  type Detection,
  type EntityId,
  type EpochMs,
  type IncidentId,
  LIMITS,
  SEVERITIES,
  type SiteId,
  type StateReader,
  type Stateful,
  type StateWriter,
  type VerdictRecord,
  rank,
} from '../model/index.ts';
import { type AnomalyIds, grown, isContinuation, opened, staysConfirmed } from './anomaly-life.ts';
import { assigned, expectedBy, judged, type Spoken } from './anomaly-words.ts';

/** Acts of medium and low severity close after so long without news. */
export const QUIET_CLOSE_MS = 30 * DAY_MS;
/** A new service, or a new level, of which there is no news for so long has become how things are. */
const USUAL_AFTER_MS = 7 * DAY_MS;
const BECOMES_USUAL: ReadonlySet<AnomalyType> = new Set<AnomalyType>(['new_service', 'volume_anomaly']);
const NONE: readonly Anomaly[] = [];

/** A detection as it may be raised; `null` where an operator's word holds it back. */
export type Admit = (entity: EntityId, detection: Detection) => Detection | null;
const EVERYTHING: Admit = (_, detection) => detection;

/** The life of anomalies (contract §3): opened once, updated as evidence grows, closed by state, verdict or quiet. */
export class Anomalies implements Stateful {
  readonly #byId = new Map<AnomalyId, Anomaly>();
  readonly #byEntity = new Map<EntityId, AnomalyId[]>();
  readonly #open = new Set<AnomalyId>();
  /** How many of a type are open: a sign of life ends a silence, and most often nobody is silent. */
  readonly #openOf = new Map<AnomalyType, number>();
  /** Incidents with a member here that is open, and how many of these. */
  readonly #incidents = new Map<IncidentId, number>();
  /** Of the open ones those that need somebody soon. */
  readonly grave = new GraveTally();
  readonly #ids: AnomalyIds;
  readonly #tell: (changed: Anomaly) => void;
  readonly #admit: Admit;

  /** @param tell is told of each as it stands after it opened, grew, closed, was judged or came to another entity */
  constructor(ids: AnomalyIds, tell: (changed: Anomaly) => void, admit: Admit = EVERYTHING) {
    this.#ids = ids;
    this.#tell = tell;
    this.#admit = admit;
  }

  /** Opens, updates or re-opens; true when something that a score depends on changed. */
  detect(entity: EntityId, site: SiteId, found: Detection, criticality: Criticality): boolean {
    const detection = this.#admit(entity, found);
    if (detection === null) return false;
    const known = this.#latest(entity, detection.type);
    if (known === undefined || !isContinuation(known, detection.at)) {
      const anomaly = opened(entity, site, detection, criticality, this.#ids);
      this.#keep(anomaly);
      this.#index(entity, anomaly.id);
      return true;
    }
    const updated = grown(known, detection, criticality);
    this.#keep(updated);
    return (
      known.status === 'closed' ||
      updated.severity !== known.severity ||
      updated.confidence !== known.confidence
    );
  }

  /** The state ended: its anomaly closes by itself, but for one that was confirmed and is not mended. */
  endState(entity: EntityId, type: AnomalyType, at: EpochMs): boolean {
    // Asked for every sign of life.
    if ((this.#openOf.get(type) ?? 0) === 0) return false;
    const known = this.#latest(entity, type);
    if (known === undefined || known.status === 'closed' || isHeld(known)) return false;
    this.#keep({ ...known, status: 'closed', closedAt: at, updatedAt: at });
    return true;
  }

  /** Closes what has been quiet for long enough; returns whether any closed. */
  closeQuiet(entity: EntityId, now: EpochMs): boolean {
    let closed = false;
    for (const each of this.open(entity)) {
      const closesAt = quietCloseOf(each);
      if (closesAt === null || now < closesAt) continue;
      this.#keep({ ...each, status: 'closed', closedAt: now, updatedAt: each.updatedAt });
      closed = true;
    }
    return closed;
  }

  /** When the next of them will close by quiet alone. */
  nextQuietClose(entity: EntityId): EpochMs | null {
    if (!this.#byEntity.has(entity)) return null;
    const times = this.open(entity).flatMap((each) => quietCloseOf(each) ?? []);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** The entity is known no more: what was open of it ends, so that nobody who heard of it waits for more. */
  endAll(entity: EntityId, at: EpochMs): void {
    for (const each of this.open(entity)) this.#keep({ ...each, status: 'closed', closedAt: at });
  }

  /** An operator's word. `null` for an anomaly that does not exist. */
  verdict(record: VerdictRecord, kind: string | null = null): Anomaly | null {
    const known = this.#byId.get(record.anomaly as AnomalyId);
    if (known === undefined) return null;
    const updated = judged(known, record, kind);
    this.#keep(updated);
    return updated;
  }

  /** Who looks after it; `false` for an anomaly that is not here. */
  assign(record: AssignRecord): boolean {
    const known = this.#byId.get(record.anomaly as AnomalyId);
    if (known === undefined) return false;
    this.#keep(assigned(known, record));
    return true;
  }

  /**
   * Closes an entity's open ones that are as expected. What was confirmed and not mended stays: its gate must hold.
   * @returns those that closed
   */
  expect(
    entity: EntityId,
    isMeant: (anomaly: Anomaly) => boolean,
    said: 'suppress' | 'baseline_accept',
    word: Spoken,
  ): readonly Anomaly[] {
    const meant = this.open(entity).filter((each) => each.verdict !== 'true_positive' && isMeant(each));
    for (const each of meant) this.#keep(expectedBy(each, said, word));
    return meant;
  }

  /** It tells a part of this incident's story. */
  join(id: AnomalyId, incidentId: IncidentId): void {
    const known = this.#byId.get(id);
    if (known !== undefined && known.incidentId !== incidentId) this.#keep({ ...known, incidentId });
  }

  /** Whether what is told of an entity is what an operator has confirmed, and goes on. */
  isConfirmed(entity: EntityId, { type, at }: Detection): boolean {
    return this.of(entity).some(
      (each) => each.type === type && isContinuation(each, at) && staysConfirmed(each),
    );
  }

  get(id: AnomalyId): Anomaly | null {
    return this.#byId.get(id) ?? null;
  }

  open(entity: EntityId): readonly Anomaly[] {
    const all = this.of(entity);
    return all.length === 0 ? NONE : all.filter((each) => each.status !== 'closed');
  }

  of(entity: EntityId): readonly Anomaly[] {
    const ids = this.#byEntity.get(entity);
    return ids === undefined ? NONE : ids.flatMap((id) => this.#byId.get(id) ?? []);
  }

  all(): Iterable<Anomaly> {
    return this.#byId.values();
  }

  /** All that are not closed, without visiting those that are. */
  *allOpen(): Iterable<Anomaly> {
    for (const id of this.#open) {
      const anomaly = this.#byId.get(id);
      if (anomaly !== undefined) yield anomaly;
    }
  }

  get openCount(): number {
    return this.#open.size;
  }

  /** Those that live, with their open members here: an incident is over when none, here or elsewhere, is open. */
  get openIncidents(): ReadonlyMap<IncidentId, number> {
    return this.#incidents;
  }

  /** Takes an entity's anomalies out, to be given to the identity that it turned out to be. */
  release(entity: EntityId, only: (id: AnomalyId) => boolean = () => true): readonly Anomaly[] {
    const anomalies = this.of(entity).filter(({ id }) => only(id));
    for (const { id } of anomalies) this.#forget(id);
    const left = (this.#byEntity.get(entity) ?? []).filter((id) => !only(id));
    if (left.length > 0) this.#byEntity.set(entity, left);
    else this.#byEntity.delete(entity);
    return anomalies;
  }

  adopt(entity: EntityId, anomalies: readonly Anomaly[]): void {
    for (const each of anomalies) {
      this.#keep({ ...each, entity });
      this.#index(entity, each.id);
    }
  }

  save(to: StateWriter): void {
    to.records('anomalies', this.#byId.values());
    to.records('perEntity', this.#byEntity);
    to.records('open', this.#open);
  }

  load(from: StateReader): void {
    for (const open of from.records('open')) this.#open.add(open as AnomalyId);
    for (const anomaly of from.records('anomalies')) this.#put(anomaly as Anomaly);
    for (const each of from.records('perEntity')) {
      const [entity, ids] = each as [EntityId, AnomalyId[]];
      this.#byEntity.set(entity, ids);
    }
  }

  #latest(entity: EntityId, type: AnomalyType): Anomaly | undefined {
    const same = this.of(entity).filter((each) => each.type === type);
    return same.reduce<Anomaly | undefined>(
      (a, b) => (a === undefined || b.updatedAt >= a.updatedAt ? b : a),
      undefined,
    );
  }

  #keep(anomaly: Anomaly): void {
    this.#put(anomaly);
    this.#tell(anomaly);
  }

  #put(anomaly: Anomaly): void {
    this.#count(this.#byId.get(anomaly.id), -1);
    this.#byId.set(anomaly.id, anomaly);
    this.#count(anomaly, 1);
  }

  #forget(id: AnomalyId): void {
    this.#count(this.#byId.get(id), -1);
    this.#byId.delete(id);
  }

  #count(anomaly: Anomaly | undefined, sign: 1 | -1): void {
    if (anomaly === undefined || anomaly.status === 'closed') return;
    if (sign === 1) this.#open.add(anomaly.id);
    else this.#open.delete(anomaly.id);
    this.#openOf.set(anomaly.type, (this.#openOf.get(anomaly.type) ?? 0) + sign);
    this.grave.count(anomaly, sign);
    if (anomaly.incidentId !== null) this.#countIn(anomaly.incidentId, sign);
  }

  #countIn(incident: IncidentId, sign: 1 | -1): void {
    const members = (this.#incidents.get(incident) ?? 0) + sign;
    if (members === 0) this.#incidents.delete(incident);
    else this.#incidents.set(incident, members);
  }

  #index(entity: EntityId, id: AnomalyId): void {
    const ids = this.#byEntity.get(entity);
    if (ids === undefined) {
      this.#byEntity.set(entity, [id]);
      return;
    }
    if (ids.includes(id)) return;
    ids.push(id);
    if (ids.length > LIMITS.anomaliesPerEntity) this.#forgetOldestClosed(ids);
  }

  /** Full: a closed one gives way before an open one. */
  #forgetOldestClosed(ids: AnomalyId[]): void {
    const closed = ids.findIndex((id) => {
      const each = this.#byId.get(id);
      return each?.status === 'closed' && !isHeld(each);
    });
    const [forgotten] = ids.splice(Math.max(0, closed), 1);
    if (forgotten !== undefined) this.#forget(forgotten);
  }
}

/** Confirmed, and not mended: neither quiet nor the end of its state is a remedy. */
function isHeld({ verdict, remediated }: Anomaly): boolean {
  return verdict === 'true_positive' && !remediated;
}

/** When an anomaly closes if there is no news of it; `null` for one that only a person closes, or the end of its state. */
function quietCloseOf(anomaly: Anomaly): EpochMs | null {
  const { type, severity, updatedAt } = anomaly;
  if (isHeld(anomaly)) return null;
  if (BECOMES_USUAL.has(type)) return updatedAt + USUAL_AFTER_MS;
  const isLesser = rank(SEVERITIES, severity) <= rank(SEVERITIES, 'medium');
  return ANOMALY_NATURE[type] === 'act' && isLesser ? updatedAt + QUIET_CLOSE_MS : null;
}
