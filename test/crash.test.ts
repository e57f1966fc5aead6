import { cp, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig, openOperations, realEffects } from '../src/app/index.ts';
import { openJournal } from '../src/journal/index.ts';
import { connectionAt, type EventsRecord } from '../src/model/index.ts';
import { Running, stance } from './cli/stance.ts';
import { writeConnLog } from './cli/zeek-logs.ts';

const CONNECTIONS = 6_000;
/** How much of the whole journal there is when the process is killed; never so late that it may be done by then. */
const KILLED_AT = [0.1, 0.3, 0.5];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-crash-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('an ingest that is killed again and again', () => {
  test('[CRASH-1] takes every record exactly once, and ends in the state of one that never was', async () => {
    const log = await writeConnLog(dir, CONNECTIONS);
    await stance(dir, 'ingest', '--data', 'whole', log);
    // The same keys, so that the same identities are made.
    await cp(join(dir, 'whole/keys'), join(dir, 'killed/keys'), { recursive: true });
    const bytes = await journalBytes('whole');
    for (const share of KILLED_AT) await ingestUntil(share * bytes, log);
    const interrupted = await eventUids('killed');
    expect(interrupted.length).toBeGreaterThan(0);
    expect(interrupted.length).toBeLessThan(CONNECTIONS);
    const last = await stance(dir, 'ingest', '--data', 'killed', '--json', log);
    expect(JSON.parse(last.stdout)).toMatchObject({
      accepted: CONNECTIONS - interrupted.length,
      duplicates: interrupted.length,
      late: 0,
    });
    const uids = await eventUids('killed');
    expect(uids.length).toBe(CONNECTIONS);
    expect(new Set(uids).size).toBe(CONNECTIONS);
    expect(await stateOf('killed')).toBe(await stateOf('whole'));
  });
});

async function ingestUntil(bytes: number, log: string): Promise<void> {
  const running = new Running(['ingest', '--data', 'killed', log], dir);
  while (running.child.exitCode === null && (await journalBytes('killed')) < bytes) await pause(2);
  running.kill();
  await running.ended();
}

async function journalBytes(data: string): Promise<number> {
  const journal = join(dir, data, 'journal');
  const names = await readdir(journal).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(journal, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function eventUids(data: string): Promise<readonly (string | null)[]> {
  const journal = await openJournal(join(dir, data, 'journal'));
  const uids: (string | null)[] = [];
  for await (const records of journal.read()) {
    for (const { record } of records) {
      if (record.kind === 'events') uids.push(...uidsOf(record));
    }
  }
  await journal.close();
  return uids;
}

/** Of the connections too, which stand side by side. */
function uidsOf({ events, connections }: EventsRecord): (string | null)[] {
  const rows = Array.from({ length: connections?.rows.count ?? 0 }, (_, row) =>
    connections === undefined ? null : connectionAt(connections.rows, row).provenance.uid,
  );
  return [...events.map(({ provenance }) => provenance.uid), ...rows];
}

/** A hash of all that posture follows from. */
async function stateOf(data: string): Promise<string> {
  const place = join(dir, data);
  const config = loadConfig({ dir: place, file: null, environment: [], flags: [] });
  const effects = realEffects(() => 'fault');
  const request = { dir: place, config, unconfigured: true, onProgress: () => undefined };
  const open = await openOperations(request, effects);
  const { stateHash, events } = await open.operations.status({ hash: true });
  await open.close();
  expect(events).toBe(CONNECTIONS);
  return stateHash ?? 'no hash';
}
