import type { DatabaseSync } from 'node:sqlite';
import type { AnomalyRow, PictureRow, PublishedRow } from './tables.ts';

/** The file's form; each release reads those before it. */
const FORMAT = 3;

/** A file of a later release. */
class HistoryTooNew extends Error {
  readonly code = 'newer_format';
}

/**
 * Numbers order everything. `picture_of` finds an entity's pictures by (entity, number): the row's number is part
 * of every index. Entries are never changed, but for pruning.
 */
const TABLES = `
  CREATE TABLE mark (id INTEGER PRIMARY KEY CHECK (id = 0), records INTEGER NOT NULL, changes INTEGER NOT NULL,
    next INTEGER NOT NULL, oldest INTEGER);
  INSERT INTO mark VALUES (0, 0, 0, 1, NULL);
  CREATE TABLE word (word INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
  CREATE TABLE entity (entity INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
  CREATE TABLE alias (id TEXT NOT NULL, number INTEGER NOT NULL, entity INTEGER NOT NULL,
    PRIMARY KEY (id, number)) WITHOUT ROWID;
  CREATE TABLE moment (at INTEGER PRIMARY KEY, number INTEGER NOT NULL);
  CREATE TABLE picture (number INTEGER PRIMARY KEY, entity INTEGER NOT NULL, at INTEGER NOT NULL, score INTEGER,
    level INTEGER NOT NULL, reason INTEGER, confidence INTEGER NOT NULL, weight INTEGER NOT NULL, type INTEGER,
    flags INTEGER NOT NULL, cause INTEGER NOT NULL, actor INTEGER, turn INTEGER NOT NULL, factors BLOB NOT NULL,
    evidence TEXT NOT NULL, into_entity INTEGER);
  CREATE INDEX picture_of ON picture (entity);
  CREATE TABLE at_risk (number INTEGER PRIMARY KEY, entity INTEGER NOT NULL, at_risk INTEGER NOT NULL);
  CREATE TABLE anomaly (number INTEGER PRIMARY KEY, entity INTEGER NOT NULL, anomaly TEXT NOT NULL,
    at INTEGER NOT NULL, cause INTEGER NOT NULL, actor INTEGER, open INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX anomaly_of ON anomaly (entity);
  CREATE INDEX anomaly_by_id ON anomaly (anomaly);
  CREATE TABLE facts (entity INTEGER NOT NULL, number INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (entity, number)) WITHOUT ROWID;
  CREATE TABLE circumstance (key TEXT NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (key, number)) WITHOUT ROWID;
  CREATE TABLE fleet (number INTEGER PRIMARY KEY, body TEXT NOT NULL);
`;

/**
 * Since format 2: which rows leave the house; of what a record changed several times, the last. A file of format 1 begins
 * with none: what it has was never offered.
 */
const PUBLISHED = `
  CREATE TABLE published (record INTEGER NOT NULL, ordinal INTEGER NOT NULL, number INTEGER NOT NULL,
    at INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, first INTEGER NOT NULL, incident TEXT,
    PRIMARY KEY (record, ordinal)) WITHOUT ROWID;
  CREATE UNIQUE INDEX published_once ON published (record, subject);
  CREATE INDEX published_of ON published (incident) WHERE incident IS NOT NULL;
`;

/** Since format 3: whose history it is. A file of an earlier format does not say. */
const OWNER = `CREATE TABLE owner (id INTEGER PRIMARY KEY CHECK (id = 0), owner TEXT NOT NULL);`;
/** What each format added, from the first on. */
const ADDED = [TABLES, PUBLISHED, OWNER];

export const PICTURE_COLUMNS = [
  'number',
  'entity',
  'at',
  'score',
  'level',
  'reason',
  'confidence',
  'weight',
  'type',
  'flags',
  'cause',
  'actor',
  'turn',
  'factors',
  'evidence',
  'into_entity',
] as const satisfies readonly (keyof PictureRow)[];

export const ANOMALY_COLUMNS = [
  'number',
  'entity',
  'anomaly',
  'at',
  'cause',
  'actor',
  'open',
  'body',
] as const satisfies readonly (keyof AnomalyRow)[];

export const PUBLISHED_COLUMNS = [
  'record',
  'ordinal',
  'number',
  'at',
  'kind',
  'subject',
  'first',
  'incident',
] as const satisfies readonly (keyof PublishedRow)[];

/** Who left, and when: it may be missing in a file of any format, and older releases do without. */
const LEAVING = 'CREATE INDEX IF NOT EXISTS picture_left ON picture (entity) WHERE score IS NULL;';

/**
 * What was to be told and is forgotten: of each reader how much it had not got, and under no name all of it, with the last
 * of it and what it is older than. It may be missing in a file of any format, and older releases do without.
 */
const FORGOTTEN = `CREATE TABLE IF NOT EXISTS forgotten (reader TEXT PRIMARY KEY, changes INTEGER NOT NULL,
  record INTEGER NOT NULL, ordinal INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;`;

/** Brings a file to this release's form. @throws HistoryTooNew */
export function prepareSchema(db: DatabaseSync, path: string): void {
  // Whole at every commit, on the disk for good when it is asked for (see `Tables.sync`); readers never wait for the writer
  // (WAL), what is deleted is overwritten.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;');
  const found = Number(db.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (found > FORMAT) {
    throw new HistoryTooNew(
      `${path} has format ${found}; this release reads up to ${FORMAT}: use a newer release.`,
    );
  }
  if (found < FORMAT)
    db.exec(`BEGIN; ${ADDED.slice(found).join('')} PRAGMA user_version = ${FORMAT}; COMMIT;`);
  db.exec(LEAVING);
  db.exec(FORGOTTEN);
}
