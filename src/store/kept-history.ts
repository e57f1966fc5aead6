import type {
  AnomalyChange,
  AtRiskChange,
  EntityId,
  EpochMs,
  Evidence,
  Origin,
  PostureChange,
  Publication,
} from '../model/index.ts';
import type { FleetStanding } from './fleet-standing.ts';
import type { CircumstanceKey, Circumstances, EntityFacts } from './circumstances.ts';
import type { Circumstance, Entry, Forgotten, History, Mark, Move, Reader, Span } from './history.ts';
import { eraseEntities } from './erasing.ts';
import { IncidentMembers } from './incident-members.ts';
import { movesBetween } from './moves.ts';
import { Past, pictureIn, standingAt } from './past.ts';
import { PictureWriter } from './picture-writer.ts';
import { ANYBODY, Pruning } from './pruning.ts';
import { publicationOf } from './publications.ts';
import type { MarkRow, PointRow, PublishedRow, Tables } from './tables.ts';
import { Words } from './words.ts';

/**
 * The fleet is written down after so many entries: what a question about it reads, at most. An hour has no say in it:
 * where little changes, little is read. A fleet with many devices at risk is larger, and written less often.
 */
const FLEET_EVERY = { least: 1_000, most: 4_000, bytesPerEntry: 100 } as const;

/** Changes that are told no more, taken out of the file at once: some hundredths of a second. */
const TOLD_AT_ONCE = 10_000;

type NumberedEntry = Exclude<Entry, { readonly kind: 'point' }>;

/** History over tables, whatever keeps them. */
export class KeptHistory implements History {
  readonly #tables: Tables;
  readonly #words: Words;
  readonly #pictures: PictureWriter;
  readonly #pruning: Pruning;
  readonly #incidents: IncidentMembers;
  #mark: MarkRow;
  /** The fleet as of the newest entry; `null` where it has to be read again. */
  #standing: FleetStanding | null = null;
  /** The number under which the fleet was last written down. */
  #lastFleet: number;
  #fleetEvery: number = FLEET_EVERY.least;

  constructor(tables: Tables) {
    this.#tables = tables;
    this.#words = new Words(tables);
    this.#pictures = new PictureWriter(tables, this.#words);
    this.#pruning = new Pruning(tables, this.#words);
    this.#incidents = new IncidentMembers(tables);
    this.#mark = tables.mark();
    this.#lastFleet = tables.fleet(this.#mark.next)?.number ?? 0;
  }

  get mark(): Mark {
    const { records, changes } = this.#mark;
    return { records, changes };
  }

  get owner(): string | null {
    return this.#tables.owner();
  }

  belongTo(owner: string): void {
    if (owner !== this.owner) this.#tables.setOwner(owner);
  }

  get span(): Span | null {
    const until = this.#tables.newestMoment();
    const from = this.#mark.oldest ?? this.#tables.oldestMoment();
    return from === null || until === null ? null : { from, until };
  }

  write(entries: readonly Entry[], mark: Mark): void {
    try {
      this.#tables.transaction(() => this.#writeAll(entries, mark));
    } catch (cause) {
      this.#readAnew();
      throw cause;
    }
  }

  sync(): void {
    this.#tables.sync();
  }

  *writeErasing(entries: readonly Entry[], mark: Mark, erased: readonly EntityId[]): Generator<void, void> {
    const before = this.#mark;
    let isDone = false;
    this.#tables.begin();
    try {
      this.#writeAll(entries, mark);
      const after = this.#mark;
      this.#mark = before;
      yield* eraseEntities(erased, this.#tables, this.#words);
      this.#tables.commit();
      this.#mark = after;
      this.#standing = null;
      this.#incidents.forget();
      isDone = true;
    } finally {
      if (!isDone) {
        this.#tables.rollback();
        this.#readAnew();
      }
    }
    this.#tables.checkpoint();
  }

  factsOf(entity: EntityId): string | null {
    const number = this.#tables.knownEntity(entity);
    return number === null ? null : this.#tables.facts(number, this.#mark.next);
  }

  circumstance<K extends CircumstanceKey>(key: K): Circumstances[K] | null {
    const body = this.#tables.circumstance(key, this.#mark.next);
    return body === null ? null : (JSON.parse(body) as Circumstances[K]);
  }

  asOf(at: EpochMs): Past {
    const { span } = this;
    const upTo = this.#tables.numberAt(at);
    if (span === null || at < span.from || upTo === null) throw new RangeError(`no state is kept of ${at}`);
    return new Past(at, upTo, this.#tables, this.#words);
  }

  changes(entity: EntityId, from: EpochMs, until: EpochMs): readonly Move[] {
    const number = this.#tables.knownEntity(entity);
    const upTo = this.#tables.numberAt(until);
    if (number === null || upTo === null) return [];
    return movesBetween(this.#tables, this.#words, number, this.#tables.numberAt(from) ?? 0, upTo);
  }

  published(after: Origin, limit: number): readonly Publication[] {
    let last = after;
    for (;;) {
      const rows = this.#tables.publishedAfter(last.record, last.ordinal, this.#mark.records, limit);
      const found = rows.flatMap(
        (row) => publicationOf(row, this.#tables, this.#words, this.#incidents) ?? [],
      );
      last = rows.at(-1) ?? last;
      // A page may hold nothing but what was forgotten since, or what a record moved and moved back.
      if (found.length > 0 || rows.length === 0) return found;
    }
  }

  publishedCount({ record, ordinal }: Origin, limit: number) {
    return this.#tables.publishedCount(record, ordinal, this.#mark.records, limit);
  }

  publishedSince(at: EpochMs): Origin | null {
    const first = this.#tables.publishedSince(at);
    return first === null ? null : { record: first.record, ordinal: first.ordinal - 1 };
  }

  get newestPublished(): Origin | null {
    const newest = this.#tables.newestPublished(this.#mark.records);
    return newest === null ? null : { record: newest.record, ordinal: newest.ordinal };
  }

  prune(
    horizon: EpochMs,
    entities: number,
    readers: readonly Reader[] = [],
    changes: number = TOLD_AT_ONCE,
  ): boolean {
    const upTo = this.#tables.numberAt(horizon);
    if (upTo === null) return false;
    if (this.#mark.oldest === null || this.#mark.oldest < horizon) this.#beginAt(horizon, upTo);
    this.#incidents.forget();
    return this.#pruning.step({ upTo, horizon, changes, entities, readers });
  }

  isPruned(horizon: EpochMs): boolean {
    const { oldest } = this.#mark;
    // The instants go last.
    return oldest !== null && oldest >= horizon && this.#tables.momentsUpTo(horizon, 2) < 2;
  }

  forgotten(reader: Reader['name'] | null): Forgotten | null {
    const row = this.#tables.forgotten(reader ?? ANYBODY);
    if (row === null) return null;
    const { changes, record, ordinal, at } = row;
    return { changes, last: { record, ordinal }, before: at };
  }

  readAnew(reader: Reader['name']): void {
    this.#tables.setForgotten(reader, null);
  }

  get newestPoint(): number | null {
    return this.#tables.pointUpTo(this.#mark.records)?.record ?? null;
  }

  pointBefore(record: number): number | null {
    const { records, changes, oldest } = this.#mark;
    if (records < record || (records === record && changes === 0)) return record;
    const point = this.#pointBefore(record);
    // Where the history begins later, what stood there is kept in the place of what stood before.
    const isKept = point !== null && (oldest === null || (this.#tables.numberAt(oldest) ?? 0) <= point.after);
    return isKept ? point.record : null;
  }

  takeBack(point: number): void {
    if (this.pointBefore(point) !== point) throw new Error(`the history cannot go back to record ${point}`);
    const { records, changes } = this.#mark;
    if (records < point || (records === point && changes === 0)) return;
    const next = (this.#pointBefore(point)?.after ?? 0) + 1;
    this.#tables.transaction(() => {
      this.#tables.removeFrom(next);
      this.#tables.setMark({ ...this.#mark, records: point, changes: 0, next });
    });
    this.#readAnew();
  }

  scrub(): void {
    this.#tables.scrub();
  }

  copyTo(path: string): Promise<void> {
    return this.#tables.copyTo(path);
  }

  close(): void {
    this.#tables.close();
  }

  #pointBefore(record: number): PointRow | null {
    const { records, changes } = this.#mark;
    const half = records === record ? this.#tables.firstOfLast(changes) : null;
    if (half !== null) return { record, after: half - 1 };
    const isWhole = this.circumstance('begun') === null;
    return this.#tables.pointUpTo(record) ?? (isWhole ? { record: 0, after: 0 } : null);
  }

  /** After a transaction that was taken back. */
  #readAnew(): void {
    this.#words.forget();
    this.#incidents.forget();
    this.#standing = null;
    this.#mark = this.#tables.mark();
    this.#lastFleet = this.#tables.fleet(this.#mark.next)?.number ?? 0;
  }

  /** Said before anything is forgotten, so that no question is answered from half of it; the fleet goes on from there. */
  #beginAt(horizon: EpochMs, upTo: number): void {
    this.#tables.transaction(() => {
      this.#tables.setMark({ ...this.#mark, oldest: horizon });
      if (this.#tables.fleet(upTo)?.number === upTo) return;
      this.#tables.addFleet(upTo, standingAt(upTo, this.#tables, this.#words).written());
    });
    this.#mark = this.#tables.mark();
  }

  #writeAll(entries: readonly Entry[], { records, changes }: Mark): void {
    const standing = (this.#standing ??= standingAt(this.#mark.next, this.#tables, this.#words));
    let { next } = this.#mark;
    let instant: EpochMs | null = null;
    for (const entry of entries) {
      if (entry.kind === 'point') {
        this.#tables.addPoint({ record: entry.record, after: next - 1 });
        continue;
      }
      const at = atOf(entry);
      if (instant !== null && at !== instant) this.#tables.setMoment(instant, next - 1);
      instant = at;
      this.#writeOne(entry, next, standing);
      if (next - this.#lastFleet >= this.#fleetEvery) this.#writeFleet(next, standing);
      next++;
    }
    if (instant !== null) this.#tables.setMoment(instant, next - 1);
    this.#tables.setMark({ records, changes, next, oldest: this.#mark.oldest });
    this.#mark = { ...this.#mark, records, changes, next };
  }

  #writeFleet(number: number, standing: FleetStanding): void {
    const body = standing.written();
    this.#tables.addFleet(number, body);
    this.#lastFleet = number;
    const { least, most, bytesPerEntry } = FLEET_EVERY;
    this.#fleetEvery = Math.min(most, Math.max(least, Math.round(body.length / bytesPerEntry)));
  }

  #writeOne(entry: NumberedEntry, number: number, standing: FleetStanding): void {
    switch (entry.kind) {
      case 'posture':
        this.#pictures.write(entry.change, number, entry.into, standing);
        if (entry.origin !== undefined && movesRisk(entry.change))
          this.#publish(entry.origin, {
            kind: 'picture',
            subject: entry.change.entity,
            number,
            at: riskToldAt(entry.change),
            incident: null,
          });
        return;
      case 'at_risk':
        return this.#writeAtRisk(entry.change, number, standing);
      case 'anomaly':
        this.#writeAnomaly(entry.change, number, standing);
        if (entry.origin !== undefined) {
          const { anomaly } = entry.change;
          const { id: subject, incidentId: incident } = anomaly;
          const at = notBefore(anomaly.evidence, entry.change.at);
          this.#publish(entry.origin, { kind: 'anomaly', subject, number, at, incident });
        }
        return;
      case 'facts':
        return this.#writeFacts(entry.facts, number);
      case 'circumstance':
        return this.#writeCircumstance(entry, number);
    }
  }

  #publish({ record, ordinal }: Origin, row: Omit<PublishedRow, 'record' | 'ordinal' | 'first'>): void {
    this.#tables.addPublished({ ...row, record, ordinal, first: row.number });
  }

  #writeAtRisk({ entity: id, isAtRisk }: AtRiskChange, number: number, standing: FleetStanding): void {
    const entity = this.#tables.entity(id);
    this.#tables.addAtRisk({ number, entity, at_risk: isAtRisk ? 1 : 0 });
    standing.noteAtRisk(
      entity,
      isAtRisk,
      isAtRisk ? pictureIn(this.#tables, this.#words, entity, number) : null,
    );
  }

  #writeAnomaly({ at, cause, anomaly }: AnomalyChange, number: number, standing: FleetStanding): void {
    this.#tables.addAnomaly({
      number,
      entity: this.#tables.entity(anomaly.entity),
      anomaly: anomaly.id,
      at,
      cause: this.#words.number(cause.kind),
      actor: this.#words.numberOrNull(cause.actor),
      open: anomaly.status === 'closed' ? 0 : 1,
      body: JSON.stringify(anomaly),
    });
    standing.noteAnomaly(anomaly);
  }

  #writeFacts(facts: EntityFacts, number: number): void {
    const entity = this.#tables.entity(facts.id);
    this.#tables.addFacts(entity, number, JSON.stringify(facts));
    if (facts.alias !== null && this.#tables.aliased(facts.alias, number) !== entity) {
      this.#tables.addAlias(facts.alias, entity, number);
    }
  }

  #writeCircumstance({ key, at, value }: Circumstance, number: number): void {
    const of = key === 'hour' ? (value as Circumstances['hour']).at : at;
    this.#tables.addCircumstance(key, number, of, JSON.stringify(value));
  }
}

/** Who has no posture is of low risk: neither the first look at a quiet device nor its leaving is news. */
function movesRisk({ before, after }: PostureChange): boolean {
  return (before?.riskLevel ?? 'low') !== (after?.riskLevel ?? 'low');
}

/** What is told is never dated before what it rests on, which may lie ahead of the time of the data. */
function riskToldAt({ at, factors }: PostureChange): EpochMs {
  return factors.reduce((told, { evidence }) => notBefore(evidence, told), at);
}

function notBefore(evidence: readonly Evidence[], at: EpochMs): EpochMs {
  return evidence.reduce((last, each) => Math.max(last, each.at), at);
}

function atOf(entry: NumberedEntry): EpochMs {
  return 'change' in entry ? entry.change.at : entry.at;
}
