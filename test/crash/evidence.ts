import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openJournal } from '../../src/journal/index.ts';
import type { EventsRecord } from '../../src/model/index.ts';

/** How often each thing is there: to compare two of them says what is missing and what is too much. */
export type Counts = ReadonlyMap<string, number>;

export interface Difference {
  readonly missing: number;
  readonly extra: number;
}

export function difference(expected: Counts, found: Counts): Difference {
  let [missing, extra] = [0, 0];
  for (const key of new Set([...expected.keys(), ...found.keys()])) {
    const more = (found.get(key) ?? 0) - (expected.get(key) ?? 0);
    if (more > 0) extra += more;
    else missing -= more;
  }
  return { missing, extra };
}

/** The events of a journal, by the place in their producer's stream. */
export async function eventsIn(dir: string): Promise<Counts> {
  const counts = new Map<string, number>();
  const journal = await openJournal(join(dir, 'journal'));
  for await (const records of journal.read(journal.first)) {
    for (const { record } of records) {
      if (record.kind !== 'events') continue;
      for (const place of placesIn(record)) counts.set(place, (counts.get(place) ?? 0) + 1);
    }
  }
  await journal.close();
  return counts;
}

function* placesIn({ origins, producers, connections }: EventsRecord): Generator<string> {
  const name = (producer: number | undefined): string => producers[producer ?? 0]?.producer ?? '';
  for (const { producer, at } of origins) yield `${name(producer)} ${at}`;
  if (connections === undefined) return;
  const { count, producer, position } = connections.rows;
  for (let row = 0; row < count; row++) yield `${name(producer[row])} ${position[row]}`;
}

/** Of history, all that was published; left out are the mark and the fleet's standings, which are written for speed. */
const TABLES = [
  'word',
  'entity',
  'alias',
  'moment',
  'picture',
  'at_risk',
  'anomaly',
  'facts',
  'circumstance',
];

/** The rows of the history, each as it is. */
export function historyIn(dir: string): Counts {
  const counts = new Map<string, number>();
  const database = new DatabaseSync(join(dir, 'history.db'), { readOnly: true });
  for (const table of TABLES) {
    for (const row of database.prepare(`SELECT * FROM ${table}`).iterate()) {
      // Where a start may go back to depends on when snapshots were thought of.
      if (row['key'] === 'point') continue;
      const text = JSON.stringify(row, (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
      );
      const key = `${table} ${createHash('sha256').update(text).digest('base64')}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  database.close();
  return counts;
}
