import { DAY_MS, type EpochMs, type Origin } from '../model/index.ts';
import { PICTURE_COLUMNS } from './sqlite-schema.ts';
import type { Statements } from './sqlite-statements.ts';
import type { ForgottenRow, PictureRow, PublishedSlice } from './tables.ts';

/* What leaves the tables: what is older than the history reaches, whoever is forgotten, and what is taken back. */

/** @param base what stood at the cut, kept in place of all before it */
export function pruneEntity(sql: Statements, entity: number, base: PictureRow | null, upTo: number): void {
  if (base !== null) {
    sql.run('DELETE FROM picture WHERE entity = ? AND number <= ?', entity, base.number);
    sql.insertRow('picture', PICTURE_COLUMNS, base);
  }
  const older = 'SELECT max(number) FROM facts WHERE entity = ? AND number <= ?';
  sql.run(`DELETE FROM facts WHERE entity = ? AND number < (${older})`, entity, entity, upTo);
}

/** Of anomalies up to a number a closed one leaves with its whole life; of one that went on only the last row stays. */
const LEAVES = `(anomaly.number < (SELECT max(o.number) FROM anomaly o WHERE o.anomaly = anomaly.anomaly AND o.number <= ?1)
  OR (anomaly.open = 0 AND NOT EXISTS (SELECT 1 FROM anomaly o WHERE o.anomaly = anomaly.anomaly AND o.number > ?1)))`;

/** Of an anomaly that went on its place in its incident is still asked for. */
const TOLD_NO_MORE = `FROM published WHERE (record, ordinal) > (?2, ?3) AND (record, ordinal) <= (?4, ?5)
  AND number <= ?1 AND (kind = 'picture' OR NOT EXISTS
    (SELECT 1 FROM anomaly WHERE anomaly.number = published.number AND NOT ${LEAVES}))`;

const ORIGIN_OF_LAST = 'ORDER BY record DESC, ordinal DESC LIMIT 1';

export function lastPublished(sql: Statements, upTo: number): Origin | null {
  const query = `SELECT record, ordinal FROM published WHERE number <= ? ${ORIGIN_OF_LAST}`;
  return sql.one(query, upTo) as Origin | null;
}

export function publishedFurther(sql: Statements, after: Origin, changes: number): Origin | null {
  const query = `SELECT record, ordinal FROM published WHERE (record, ordinal) > (?, ?)
    ORDER BY record, ordinal LIMIT 1 OFFSET ?`;
  return sql.one(query, after.record, after.ordinal, changes - 1) as Origin | null;
}

export function toldNoMore(sql: Statements, slice: PublishedSlice): Omit<ForgottenRow, 'at'> | null {
  const last = sql.one(`SELECT record, ordinal ${TOLD_NO_MORE} ${ORIGIN_OF_LAST}`, ...boundsOf(slice));
  if (last === null) return null;
  const changes = sql.number(`SELECT count(*) ${TOLD_NO_MORE}`, ...boundsOf(slice)) ?? 0;
  return { ...(last as Origin), changes };
}

export function prunePublished(sql: Statements, slice: PublishedSlice): void {
  sql.run(`DELETE ${TOLD_NO_MORE}`, ...boundsOf(slice));
}

function boundsOf({ upTo, after, until }: PublishedSlice): readonly number[] {
  return [upTo, after.record, after.ordinal, until.record, until.ordinal];
}

/** Of a record that lies on both sides, what stood at the cut is what was before. */
export function pruneAnomalies(sql: Statements, upTo: number): void {
  sql.run('UPDATE published SET first = ?1 + 1 WHERE first <= ?1 AND number > ?1', upTo);
  sql.run(`DELETE FROM anomaly WHERE number <= ?1 AND ${LEAVES}`, upTo);
}

export function pruneFleet(sql: Statements, upTo: number, before: EpochMs): void {
  sql.run('DELETE FROM moment WHERE at < (SELECT max(at) FROM moment WHERE at <= ?)', before);
  const fleets = 'SELECT max(number) FROM fleet WHERE number <= ?';
  sql.run(`DELETE FROM at_risk WHERE number < (${fleets})`, upTo);
  sql.run(`DELETE FROM fleet WHERE number < (${fleets})`, upTo);
  sql.run(
    `DELETE FROM circumstance WHERE key <> 'hour' AND number <
       (SELECT max(o.number) FROM circumstance o WHERE o.key = circumstance.key AND o.number <= ?)`,
    upTo,
  );
  // Trends compare with the day before.
  const hours = "SELECT max(number) FROM circumstance WHERE key = 'hour' AND at <= ?";
  sql.run(`DELETE FROM circumstance WHERE key = 'hour' AND number < (${hours})`, before - DAY_MS);
}

/** Table by table: whoever runs it may do something else in between. */
export function* eraseEntities(
  sql: Statements,
  entities: readonly number[],
  ids: readonly string[],
): Generator<void, void> {
  const numbers = JSON.stringify(entities);
  const those = 'entity IN (SELECT value FROM json_each(?))';
  sql.run(
    `DELETE FROM published WHERE subject IN (SELECT value FROM json_each(?)) OR
       subject IN (SELECT anomaly FROM anomaly WHERE ${those})`,
    JSON.stringify(ids),
    numbers,
  );
  for (const table of ['picture', 'at_risk', 'anomaly', 'facts', 'alias', 'entity']) {
    yield;
    sql.run(`DELETE FROM ${table} WHERE ${those}`, numbers);
  }
}

/** Each change that is told is a row of one of these. */
const CHANGES = ['picture', 'at_risk', 'anomaly'];

export function firstOfLast(sql: Statements, changes: number): number | null {
  const last = CHANGES.map(
    (table) => `SELECT * FROM (SELECT number FROM ${table} ORDER BY number DESC LIMIT ?1)`,
  );
  const query = `SELECT number FROM (${last.join(' UNION ALL ')}) ORDER BY number DESC LIMIT 1 OFFSET ?2`;
  const first = sql.number(query, changes, changes - 1);
  if (first === null) return null;
  // Facts of whom a posture is of are kept just before it.
  const facts =
    'SELECT f.number FROM facts f JOIN picture p USING (entity) WHERE p.number = ? AND f.number = ?';
  return sql.number(facts, first, first - 1) ?? first;
}

/** The entities that came with it stay as numbers that nothing refers to. */
export function removeFrom(sql: Statements, number: number): void {
  const instant = sql.number('SELECT min(at) FROM moment WHERE number >= ?', number);
  for (const table of ['moment', ...CHANGES, 'facts', 'alias', 'circumstance', 'fleet', 'published'])
    sql.run(`DELETE FROM ${table} WHERE number >= ?`, number);
  const isClosed = 'SELECT number FROM moment WHERE number = ?';
  if (instant === null || number === 1 || sql.number(isClosed, number - 1) !== null) return;
  // What was told before at the same instant had been counted to what came after it.
  sql.run('INSERT INTO moment (at, number) VALUES (?, ?)', instant, number - 1);
}
