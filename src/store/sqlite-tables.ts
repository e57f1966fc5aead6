import { closeSync, openSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import type { EpochMs, Origin } from '../model/index.ts';
import {
  eraseEntities,
  firstOfLast,
  lastPublished,
  pruneAnomalies,
  pruneEntity,
  pruneFleet,
  prunePublished,
  publishedFurther,
  removeFrom,
  toldNoMore,
} from './sqlite-forgetting.ts';
import { ANOMALY_COLUMNS, PICTURE_COLUMNS, PUBLISHED_COLUMNS, prepareSchema } from './sqlite-schema.ts';
import { Statements } from './sqlite-statements.ts';
import type {
  AnomalyRow,
  AtRiskRow,
  ForgottenRow,
  MarkRow,
  Numbered,
  PictureRow,
  PointRow,
  PublishedRow,
  PublishedSlice,
  Tables,
} from './tables.ts';

/** Points stand among the circumstances: releases that know of none do not ask for them. */
const POINT = 'point';

/** The tables in one SQLite file, through Node's own binding. */
export class SqliteTables implements Tables {
  readonly #db: DatabaseSync;
  readonly #sql: Statements;
  readonly #path: string;

  /** @throws HistoryTooNew */
  constructor(path: string) {
    ownFile(path, 'a');
    this.#path = path;
    this.#db = new DatabaseSync(path);
    this.#sql = new Statements(this.#db);
    try {
      prepareSchema(this.#db, path);
    } catch (cause) {
      this.#db.close();
      throw cause;
    }
  }

  transaction(work: () => void): void {
    this.begin();
    try {
      work();
      this.commit();
    } catch (cause) {
      this.rollback();
      throw cause;
    }
  }

  begin(): void {
    this.#db.exec('BEGIN IMMEDIATE');
  }

  commit(): void {
    this.#db.exec('COMMIT');
  }

  rollback(): void {
    // A full disk has ended the transaction already.
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
  }

  mark(): MarkRow {
    const row = this.#sql.one('SELECT records, changes, next, oldest FROM mark') as MarkRow | null;
    if (row === null) throw new Error('the history has no mark');
    return row;
  }

  setMark({ records, changes, next, oldest }: MarkRow): void {
    const command = 'UPDATE mark SET records = ?, changes = ?, next = ?, oldest = ?';
    this.#sql.run(command, records, changes, next, oldest);
  }

  owner(): string | null {
    return this.#sql.text('SELECT owner FROM owner WHERE id = ?', 0);
  }

  setOwner(owner: string): void {
    this.#sql.run('INSERT OR REPLACE INTO owner (id, owner) VALUES (0, ?)', owner);
  }

  word(text: string): number {
    return (
      this.#sql.number('SELECT word FROM word WHERE text = ?', text) ??
      this.#sql.insert('INSERT INTO word (text) VALUES (?)', text)
    );
  }

  text(word: number): string {
    return this.#sql.text('SELECT text FROM word WHERE word = ?', word) ?? missing('word', word);
  }

  entity(id: string): number {
    return this.knownEntity(id) ?? this.#sql.insert('INSERT INTO entity (id) VALUES (?)', id);
  }

  knownEntity(id: string): number | null {
    return this.#sql.number('SELECT entity FROM entity WHERE id = ?', id);
  }

  idOf(entity: number): string {
    return this.#sql.text('SELECT id FROM entity WHERE entity = ?', entity) ?? missing('entity', entity);
  }

  firstIds(entities: readonly number[], count: number): readonly string[] {
    const those = 'SELECT value FROM json_each(?)';
    const query = `SELECT id FROM entity WHERE entity IN (${those}) ORDER BY id LIMIT ?`;
    const rows = this.#sql.all(query, JSON.stringify(entities), count) as readonly { readonly id: string }[];
    return rows.map(({ id }) => id);
  }

  newestEntity(): number {
    return this.#sql.number('SELECT max(entity) FROM entity') ?? 0;
  }

  addAlias(id: string, entity: number, from: number): void {
    this.#sql.run('INSERT INTO alias (id, number, entity) VALUES (?, ?, ?)', id, from, entity);
  }

  aliased(id: string, upTo: number): number | null {
    const query = 'SELECT entity FROM alias WHERE id = ? AND number <= ? ORDER BY number DESC LIMIT 1';
    return this.#sql.number(query, id, upTo);
  }

  setMoment(at: EpochMs, number: number): void {
    this.#sql.run('DELETE FROM moment WHERE at > ?', at);
    this.#sql.run('INSERT OR REPLACE INTO moment (at, number) VALUES (?, ?)', at, number);
  }

  numberAt(at: EpochMs): number | null {
    return this.#sql.number('SELECT number FROM moment WHERE at <= ? ORDER BY at DESC LIMIT 1', at);
  }

  newestMoment(): EpochMs | null {
    return this.#sql.number('SELECT max(at) FROM moment');
  }

  /** What is told before there is any time stands at 0. */
  oldestMoment(): EpochMs | null {
    return this.#sql.number('SELECT min(at) FROM moment WHERE at > 0');
  }

  momentsUpTo(at: EpochMs, limit: number): number {
    const query = 'SELECT count(*) FROM (SELECT 1 FROM moment WHERE at <= ? LIMIT ?)';
    return this.#sql.number(query, at, limit) ?? 0;
  }

  addPicture(row: PictureRow): void {
    this.#sql.insertRow('picture', PICTURE_COLUMNS, row);
  }

  lastPicture(entity: number, upTo: number): PictureRow | null {
    const query = 'SELECT * FROM picture WHERE entity = ? AND number <= ? ORDER BY number DESC LIMIT 1';
    return this.#sql.one(query, entity, upTo) as PictureRow | null;
  }

  pictures(entity: number, upTo: number): Iterable<PictureRow> {
    const query = 'SELECT * FROM picture WHERE entity = ? AND number <= ? ORDER BY number DESC LIMIT 64';
    return this.#sql.all(query, entity, upTo) as readonly PictureRow[];
  }

  picturesOfBetween(entity: number, after: number, upTo: number, limit: number): readonly PictureRow[] {
    const query =
      'SELECT * FROM picture WHERE entity = ? AND number > ? AND number <= ? ORDER BY number DESC LIMIT ?';
    return this.#sql.all(query, entity, after, upTo, limit) as readonly PictureRow[];
  }

  picturesBetween(after: number, upTo: number): Iterable<PictureRow> {
    const query = 'SELECT * FROM picture WHERE number > ? AND number <= ? ORDER BY number';
    return this.#sql.all(query, after, upTo) as readonly PictureRow[];
  }

  addAtRisk({ number, entity, at_risk }: AtRiskRow): void {
    this.#sql.run('INSERT INTO at_risk (number, entity, at_risk) VALUES (?, ?, ?)', number, entity, at_risk);
  }

  atRiskBetween(after: number, upTo: number): Iterable<AtRiskRow> {
    const query = 'SELECT * FROM at_risk WHERE number > ? AND number <= ? ORDER BY number';
    return this.#sql.all(query, after, upTo) as readonly AtRiskRow[];
  }

  addAnomaly(row: AnomalyRow): void {
    this.#sql.insertRow('anomaly', ANOMALY_COLUMNS, row);
  }

  anomaliesUpTo(upTo: number): Iterable<AnomalyRow> {
    // SQLite takes the other columns from the row that has the maximum (documented for a bare max()).
    const last = 'SELECT *, max(number) AS number FROM anomaly WHERE number <= ?1 GROUP BY anomaly';
    return this.#sql.all(
      `SELECT * FROM (${last}) AS a WHERE ${present('?1')}`,
      upTo,
    ) as readonly AnomalyRow[];
  }

  openAnomaliesUpTo(upTo: number): Iterable<AnomalyRow> {
    const last = 'SELECT *, max(number) AS number FROM anomaly WHERE number <= ?1 GROUP BY anomaly';
    const query = `SELECT * FROM (${last}) AS a WHERE open = 1 AND ${present('?1')}`;
    return this.#sql.all(query, upTo) as readonly AnomalyRow[];
  }

  anomaliesOf(entity: number, upTo: number): readonly AnomalyRow[] {
    const own = 'SELECT anomaly FROM anomaly WHERE entity = ?1 AND number <= ?2';
    const last = `SELECT max(number) FROM anomaly WHERE anomaly IN (${own}) AND number <= ?2 GROUP BY anomaly`;
    const query = `SELECT * FROM anomaly AS a WHERE number IN (${last}) AND entity = ?1 AND ${present('?2')}`;
    return this.#sql.all(query, entity, upTo) as readonly AnomalyRow[];
  }

  anomaliesBetween(after: number, upTo: number): Iterable<AnomalyRow> {
    const query = 'SELECT * FROM anomaly WHERE number > ? AND number <= ? ORDER BY number';
    return this.#sql.all(query, after, upTo) as readonly AnomalyRow[];
  }

  anomaly(number: number): AnomalyRow | null {
    return this.#sql.one('SELECT * FROM anomaly WHERE number = ?', number) as AnomalyRow | null;
  }

  anomalyBefore(anomaly: string, number: number): AnomalyRow | null {
    const query = 'SELECT * FROM anomaly WHERE anomaly = ? AND number < ? ORDER BY number DESC LIMIT 1';
    return this.#sql.one(query, anomaly, number) as AnomalyRow | null;
  }

  anomaliesOfIncident(incident: string, upTo: number): readonly AnomalyRow[] {
    const own =
      'SELECT a.anomaly FROM published p JOIN anomaly a ON a.number = p.number WHERE p.incident = ?1 AND p.number <= ?2';
    const last = `SELECT max(number) FROM anomaly WHERE anomaly IN (${own}) AND number <= ?2 GROUP BY anomaly`;
    const query = `SELECT * FROM anomaly WHERE number IN (${last})`;
    return this.#sql.all(query, incident, upTo) as readonly AnomalyRow[];
  }

  addPublished(row: PublishedRow): void {
    const told = 'SELECT first FROM published WHERE record = ? AND subject = ?';
    const earlier = this.#sql.number(told, row.record, row.subject);
    const whole = { ...row, first: earlier ?? row.first };
    if (earlier !== null)
      this.#sql.run('DELETE FROM published WHERE record = ? AND subject = ?', row.record, row.subject);
    this.#sql.insertRow('published', PUBLISHED_COLUMNS, whole);
  }

  publishedAfter(
    record: number,
    ordinal: number,
    beforeRecord: number,
    limit: number,
  ): readonly PublishedRow[] {
    const query = `SELECT * FROM published WHERE ${AFTER} ORDER BY record, ordinal LIMIT ?`;
    return this.#sql.all(query, record, ordinal, beforeRecord, limit) as readonly PublishedRow[];
  }

  publishedCount(
    record: number,
    ordinal: number,
    beforeRecord: number,
    limit: number,
  ): { readonly count: number; readonly oldest: EpochMs | null } {
    const waiting = `SELECT at FROM published WHERE ${AFTER} ORDER BY record, ordinal LIMIT ?`;
    const query = `SELECT count(*) AS count, min(at) AS oldest FROM (${waiting})`;
    // One row, whatever it is over.
    return this.#sql.one(query, record, ordinal, beforeRecord, limit) as {
      count: number;
      oldest: EpochMs | null;
    };
  }

  publishedSince(at: EpochMs): PublishedRow | null {
    const query = 'SELECT * FROM published WHERE at >= ? ORDER BY record, ordinal LIMIT 1';
    return this.#sql.one(query, at) as PublishedRow | null;
  }

  newestPublished(beforeRecord: number): PublishedRow | null {
    const query = 'SELECT * FROM published WHERE record < ? ORDER BY record DESC, ordinal DESC LIMIT 1';
    return this.#sql.one(query, beforeRecord) as PublishedRow | null;
  }

  incidentToldBefore(incident: string, number: number): number | null {
    return this.#sql.number(
      'SELECT max(number) FROM published WHERE incident = ? AND number < ?',
      incident,
      number,
    );
  }

  picture(number: number): PictureRow | null {
    return this.#sql.one('SELECT * FROM picture WHERE number = ?', number) as PictureRow | null;
  }

  addFacts(entity: number, number: number, body: string): void {
    this.#sql.run('INSERT INTO facts (entity, number, body) VALUES (?, ?, ?)', entity, number, body);
  }

  facts(entity: number, upTo: number): string | null {
    const query = 'SELECT body FROM facts WHERE entity = ? AND number <= ? ORDER BY number DESC LIMIT 1';
    return this.#sql.text(query, entity, upTo);
  }

  addCircumstance(key: string, number: number, at: EpochMs, body: string): void {
    this.#sql.run(
      'INSERT INTO circumstance (key, number, at, body) VALUES (?, ?, ?, ?)',
      key,
      number,
      at,
      body,
    );
  }

  circumstance(key: string, upTo: number): string | null {
    const query = 'SELECT body FROM circumstance WHERE key = ? AND number <= ? ORDER BY number DESC LIMIT 1';
    return this.#sql.text(query, key, upTo);
  }

  circumstanceAt(key: string, at: EpochMs): string | null {
    const query = 'SELECT body FROM circumstance WHERE key = ? AND at <= ? ORDER BY number DESC LIMIT 1';
    return this.#sql.text(query, key, at);
  }

  addPoint({ record, after }: PointRow): void {
    const command = 'INSERT OR IGNORE INTO circumstance (key, number, at, body) VALUES (?, ?, 0, ?)';
    this.#sql.run(command, POINT, after, String(record));
  }

  pointUpTo(record: number): PointRow | null {
    const points = 'SELECT CAST(body AS INTEGER) AS record, number AS after FROM circumstance WHERE key = ?';
    const query = `SELECT * FROM (${points}) WHERE record <= ? ORDER BY after DESC LIMIT 1`;
    return this.#sql.one(query, POINT, record) as PointRow | null;
  }

  addFleet(number: number, body: string): void {
    this.#sql.run('INSERT INTO fleet (number, body) VALUES (?, ?)', number, body);
  }

  fleet(upTo: number): Numbered | null {
    const query = 'SELECT number, body FROM fleet WHERE number <= ? ORDER BY number DESC LIMIT 1';
    return this.#sql.one(query, upTo) as Numbered | null;
  }

  pruneEntity(entity: number, base: PictureRow | null, upTo: number): void {
    pruneEntity(this.#sql, entity, base, upTo);
  }

  firstOfLast(changes: number): number | null {
    return firstOfLast(this.#sql, changes);
  }

  removeFrom(number: number): void {
    removeFrom(this.#sql, number);
  }

  lastPublished(upTo: number): Origin | null {
    return lastPublished(this.#sql, upTo);
  }

  publishedFurther(after: Origin, changes: number): Origin | null {
    return publishedFurther(this.#sql, after, changes);
  }

  toldNoMore(slice: PublishedSlice): Omit<ForgottenRow, 'at'> | null {
    return toldNoMore(this.#sql, slice);
  }

  prunePublished(slice: PublishedSlice): void {
    prunePublished(this.#sql, slice);
  }

  pruneAnomalies(upTo: number): void {
    pruneAnomalies(this.#sql, upTo);
  }

  forgotten(reader: string): ForgottenRow | null {
    const query = 'SELECT changes, record, ordinal, at FROM forgotten WHERE reader = ?';
    return this.#sql.one(query, reader) as ForgottenRow | null;
  }

  setForgotten(reader: string, row: ForgottenRow | null): void {
    this.#sql.run('DELETE FROM forgotten WHERE reader = ?', reader);
    if (row !== null)
      this.#sql.insertRow('forgotten', ['reader', 'changes', 'record', 'ordinal', 'at'], { ...row, reader });
  }

  pruneFleet(upTo: number, before: EpochMs): void {
    pruneFleet(this.#sql, upTo, before);
  }

  fleetFrom(number: number): Numbered | null {
    return this.#sql.one(
      'SELECT number, body FROM fleet WHERE number >= ? ORDER BY number LIMIT 1',
      number,
    ) as Numbered | null;
  }

  setFleet(number: number, body: string): void {
    this.#sql.run('UPDATE fleet SET body = ? WHERE number = ?', body, number);
  }

  circumstanceFrom(key: string, number: number): Numbered | null {
    const query =
      'SELECT number, body FROM circumstance WHERE key = ? AND number >= ? ORDER BY number LIMIT 1';
    return this.#sql.one(query, key, number) as Numbered | null;
  }

  setCircumstance(key: string, number: number, body: string): void {
    this.#sql.run('UPDATE circumstance SET body = ? WHERE key = ? AND number = ?', body, key, number);
  }

  turnsOf(entity: number): readonly number[] {
    const its = 'SELECT anomaly FROM anomaly WHERE entity = ?1';
    const query = `SELECT number FROM picture WHERE entity = ?1 UNION SELECT number FROM anomaly WHERE anomaly IN (${its}) ORDER BY number`;
    const rows = this.#sql.all(query, entity) as readonly { number: number }[];
    return rows.map(({ number }) => number);
  }

  eraseEntities(entities: readonly number[], ids: readonly string[]): Generator<void, void> {
    return eraseEntities(this.#sql, entities, ids);
  }

  sync(): void {
    // A commit under FULL puts the whole log on the disk, what came before it included (SQLite, PRAGMA synchronous).
    this.#db.exec('PRAGMA synchronous = FULL');
    try {
      this.setMark(this.mark());
    } finally {
      this.#db.exec('PRAGMA synchronous = NORMAL');
    }
  }

  checkpoint(): void {
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  scrub(): void {
    this.#db.exec('VACUUM');
    this.checkpoint();
  }

  async copyTo(path: string): Promise<void> {
    ownFile(path, 'wx');
    // A reader of its own sees what was there when it began (WAL), whatever is written meanwhile.
    const still = new DatabaseSync(this.#path, { readOnly: true });
    try {
      still.exec('BEGIN');
      still.prepare('SELECT records FROM mark').get();
      await backup(still, path);
    } finally {
      still.close();
    }
  }

  close(): void {
    this.#db.close();
  }
}

/** What was told after a record and an ordinal of it, by records before another. */
const AFTER = '(record, ordinal) > (?, ?) AND record < ?';

/** Whose it is was not forgotten after the anomaly `a` was told of last: its anomalies went along, even if it came back. */
function present(upTo: string): string {
  return `NOT EXISTS (SELECT 1 FROM picture AS p WHERE p.entity = a.entity AND p.score IS NULL AND p.number > a.number AND p.number <= ${upTo})`;
}

/** For its owner only; the files that SQLite puts beside it take after it. */
function ownFile(path: string, flag: 'a' | 'wx'): void {
  closeSync(openSync(path, flag, 0o600));
}

function missing(what: string, number: number): never {
  throw new Error(`the history has no ${what} ${number}`);
}
