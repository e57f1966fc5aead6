import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import { readingPort, readInThread } from '../intake/index.ts';
import { LIMITS } from '../model/index.ts';
import { ingest } from '../operations/ingest.ts';
import { connLog, LogFolder, NOW, SITE } from '../sources/log-folder.fixture.ts';
import { FleetState } from './fleet-state.ts';
import { KNOWN_LOGS, KnownLogs } from './known-logs.ts';

const effects = stillEffects(() => NOW);
const quiet = (): void => undefined;
const logOf = (indexes: readonly number[]) => connLog(indexes.map((start) => ({ uid: `C${start}`, start })));
const all = Array.from({ length: 6_000 }, (_, index) => index);
const even = all.filter((index) => index % 2 === 0);
const open = (dir: string) => FleetState.open(dir, effects, { progress: quiet });

function read(state: FleetState, path: string, asNew = false) {
  const args = { paths: [path], site: null, sensor: null, force: false, asNew };
  return ingest(state, args, SITE, effects, quiet);
}

describe('what is known of logs', () => {
  test('[SRC-ALIKE-5] outlasts a restart, in a file of its own that has nothing of what they say', async () => {
    await using folder = await LogFolder.make();
    const dir = folder.at('data');
    const path = await folder.write('conn.log', logOf(all));
    const first = await open(dir);
    await read(first, path);
    const written = await readFile(join(dir, KNOWN_LOGS), 'utf8');
    expect(written).toMatch(/^\{"file:[0-9a-f]{64}":\[[0-9,]+\]\}$/);
    await first.close();
    const second = await open(dir);
    const extract = await folder.write('extract.conn.log', logOf(even));
    expect(await read(second, extract)).toMatchObject({ read: 0, files: [{ isAnother: true }] });
    expect(await read(second, extract, true)).toMatchObject({ accepted: 3_000 });
    const events = second.events;
    await second.close();
    const third = await open(dir);
    for (const [again, duplicates] of [
      [path, 6_000],
      [extract, 3_000],
    ] as const) {
      expect(await read(third, again)).toMatchObject({ accepted: 0, duplicates });
    }
    expect(third.events).toBe(events);
    await third.close();
  });

  test('[SRC-ALIKE-5] counts in the thread that reads as in place', async () => {
    await using folder = await LogFolder.make();
    const state = await open(folder.at('data'));
    const request = async (name: string, indexes: readonly number[], asNew = false) => {
      const paths = [await folder.write(name, logOf(indexes))];
      return readInThread({ paths, site: SITE, sensor: null, now: NOW, asNew }, readingPort(state), quiet);
    };
    expect(await request('extract.conn.log', even)).toMatchObject({ accepted: 3_000 });
    expect(await request('conn.log.gz', all)).toMatchObject({ read: 0, files: [{ isAnother: true }] });
    expect(await request('conn.log', all, true)).toMatchObject({ accepted: 6_000 });
    expect(await request('conn.log.gz', all)).toMatchObject({ duplicates: 6_000 });
    expect(await request('extract.conn.log', even)).toMatchObject({ duplicates: 3_000 });
    await state.close();
  });

  test('that is lost or damaged begins anew: logs are read as they were', async () => {
    await using folder = await LogFolder.make();
    const dir = folder.at('data');
    const path = await folder.write('conn.log', logOf(all));
    const first = await open(dir);
    await read(first, path);
    await first.close();
    await writeFile(join(dir, KNOWN_LOGS), '{"file:');
    const second = await open(dir);
    expect(await read(second, path)).toMatchObject({ duplicates: 6_000 });
    expect(await readFile(join(dir, KNOWN_LOGS), 'utf8')).toMatch(/\]\}$/);
    await second.close();
  });

  test('is bounded: the log that was read longest ago gives way', async () => {
    await using folder = await LogFolder.make();
    const known = new KnownLogs(folder.path, () => '');
    for (let log = 0; log <= LIMITS.knownLogs; log++)
      await known.remember(`file:${log}`, [{ at: 1_024, sum: log }]);
    expect(await known.of('file:0')).toEqual([]);
    expect(await known.of(`file:${LIMITS.knownLogs}`)).toEqual([{ at: 1_024, sum: LIMITS.knownLogs }]);
  });

  test('that the disk has no room for is told, and no record is lost by it', async () => {
    const faults: string[] = [];
    const known = new KnownLogs('/nowhere/at/all', (where) => {
      faults.push(where);
      return where;
    });
    await known.remember('file:1', [{ at: 1_024, sum: 1 }]);
    await known.keep();
    expect(faults).toEqual(['logs']);
    expect(await known.of('file:1')).toHaveLength(1);
  });
});
