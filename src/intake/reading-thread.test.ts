import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import { type JournalDisk, REAL_DISK } from '../journal/index.ts';
import type { JournalRecord } from '../model/index.ts';
import { ingestFiles, type IntakePort } from '../sources/index.ts';
import { connLog, LogFolder, NOW, SITE } from '../sources/log-folder.fixture.ts';
import { FLOW, tsv } from '../sources/zeek/zeek-log.fixture.ts';
import { intakePort, readingPort } from './intake.ts';
import { readInThread } from './reading-thread.ts';

const request = (path: string) => ({ paths: [path], site: SITE, sensor: null, now: NOW, asNew: false });
const silent = (): void => undefined;

/** More than one journal record, out of order, with what is no connection in between. */
async function aLog(folder: LogFolder): Promise<string> {
  const flows = Array.from({ length: 9_000 }, (_, index) => ({
    uid: `C${index}`,
    start: (index * 37) % 5_000,
    duration: index % 90,
  }));
  await folder.write('conn.log', connLog(flows));
  const dns = {
    ts: 1_767_225_700,
    uid: 'D1',
    'id.orig_h': '10.0.0.1',
    'id.orig_p': 53,
    'id.resp_h': '10.0.0.2',
  };
  await folder.write('dns.log', `${JSON.stringify({ ...dns, 'id.resp_p': 53, query: 'a.example.com' })}\n`);
  return folder.path;
}

/** Three machines that show a MAC each. */
function logWithMacs(): string {
  const flows = Array.from({ length: 3_000 }, (_, index) => ({
    ...FLOW,
    'id.orig_h': `10.9.0.${1 + (index % 3)}`,
    ts: (1_767_225_600 + index).toFixed(6),
    uid: `M${index}`,
    proto: 'tcp',
    duration: '-',
    conn_state: 'SF',
    orig_l2_addr: `02:00:5e:10:00:0${index % 3}`,
  }));
  return tsv('conn', ...flows).replace(/#close.*\n/, '');
}

async function recordsOf(state: FleetState): Promise<readonly JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const several of state.journal.read()) for (const { record } of several) records.push(record);
  return records;
}

/** The same keys for all, so that the same events are the same bits. */
async function openState(dir: string, disk: JournalDisk = REAL_DISK): Promise<FleetState> {
  const effects = stillEffects(() => NOW);
  return FleetState.open(dir, effects, { progress: silent }, { disk });
}

/** A disk that has no room for one write, and then has again. */
function fullAtWrite(number: number): JournalDisk {
  let writes = 0;
  return {
    ...REAL_DISK,
    write: async (...args) => {
      if (++writes === number) throw Object.assign(new Error('injected'), { code: 'ENOSPC' });
      return REAL_DISK.write(...args);
    },
  };
}

test('[SRC-INGEST-20] two readings of one log at once say together once what was taken in', async () => {
  await using folder = await LogFolder.make();
  await using homes = await LogFolder.make();
  const logs = await aLog(folder);
  const state = await openState(homes.at('twice'));
  const read = () => ingestFiles([logs], { site: SITE, now: NOW, port: readingPort(state) });
  const both = await Promise.all([read(), readInThread(request(logs), readingPort(state), silent), read()]);
  const sum = (what: 'accepted' | 'duplicates' | 'read') =>
    both.reduce((total, each) => total + each[what], 0);
  expect(sum('accepted')).toBe(9_001);
  expect(sum('duplicates')).toBe(sum('read') - 9_001);
  expect(state.events).toBe(9_001);
  await state.close();
});

describe('[CORES-2] two readings through one port', () => {
  test('mean their own by the numbers of their addresses', async () => {
    await using folder = await LogFolder.make();
    await using homes = await LogFolder.make();
    const logs = await Promise.all(
      ['10.0.0.7', '10.0.0.8'].map((ours, i) => {
        const flows = Array.from({ length: 40 }, (_, n) => ({ uid: `C${i}x${n}`, start: i * 1_000 + n }));
        const log = connLog(flows).replaceAll(FLOW['id.orig_h'], ours);
        return folder.write(`${i}/conn.log`, log);
      }),
    );
    const [one, each] = [await openState(homes.at('one')), await openState(homes.at('each'))];
    const port = readingPort(one);
    for (const path of logs) await ingestFiles([path], { site: SITE, now: NOW, port });
    for (const path of logs) await ingestFiles([path], { site: SITE, now: NOW, port: readingPort(each) });
    expect(one.events).toBe(80);
    expect(each.engine.directory.deviceCount).toBeGreaterThan(1);
    expect(one.engine.stateHash()).toBe(each.engine.stateHash());
    await Promise.all([one.close(), each.close()]);
  });

  test('take a log that both read once', async () => {
    await using folder = await LogFolder.make();
    await using homes = await LogFolder.make();
    const logs = await aLog(folder);
    const state = await openState(homes.at('twice'));
    const port = readingPort(state);
    const read = () => ingestFiles([logs], { site: SITE, now: NOW, port });
    const both = await Promise.all([read(), readInThread(request(logs), port, silent), read()]);
    expect(both.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(9_001);
    expect(state.events).toBe(9_001);
    await state.close();
  });
});

describe('[CORES-1] logs read in a thread of their own', () => {
  test('give the same records, the same counts and the same state as read in place', async () => {
    await using folder = await LogFolder.make();
    await using homes = await LogFolder.make();
    const logs = await aLog(folder);
    const [here, there] = [await openState(homes.at('here')), await openState(homes.at('there'))];
    const inPlace = await ingestFiles([logs], { site: SITE, now: NOW, port: intakePort(here) });
    const inThread = await readInThread(request(logs), intakePort(there), silent);
    expect(inThread).toEqual(inPlace);
    expect(inThread.accepted).toBe(9_001);
    expect(there.engine.stateHash()).toBe(here.engine.stateHash());
    expect(there.journal.length).toBe(here.journal.length);
    const again = await readInThread(request(logs), intakePort(there), silent);
    expect(again).toMatchObject({ accepted: 0, duplicates: 9_001 });
    await Promise.all([here.close(), there.close()]);
  });

  test.each([
    ['connections alone', ['conn.log']],
    ['connections that show MACs', ['macs.log']],
    ['two logs of connections, which number addresses for themselves', ['conn.log', 'macs.log']],
    ['connections with other events between them', ['conn.log', 'dns.log']],
  ])('journal of %s what reading in place journals, record by record', async (_, names) => {
    await using folder = await LogFolder.make();
    await using homes = await LogFolder.make();
    await aLog(folder);
    await folder.write('macs.log', logWithMacs());
    const paths = names.map((name) => folder.at(name));
    const [here, there] = [await openState(homes.at('here')), await openState(homes.at('there'))];
    await ingestFiles(paths, { site: SITE, now: NOW, port: readingPort(here) });
    await readInThread({ ...request(folder.path), paths }, readingPort(there), silent);
    const records = await recordsOf(there);
    expect(records.length).toBeGreaterThan(2);
    expect(records).toEqual(await recordsOf(here));
    await Promise.all([here.close(), there.close()]);
  });

  test('lose nothing where a batch fails before the owner hears of it, though others were on their way behind it', async () => {
    await using folder = await LogFolder.make();
    await using homes = await LogFolder.make();
    const flows = Array.from({ length: 16_000 }, (_, index) => ({ uid: `C${index}`, start: index / 10 }));
    const log = await folder.write('conn.log', connLog(flows));
    const state = await openState(homes.at('home'));
    const port = readingPort(state);
    let takes = 0;
    const failing: IntakePort = {
      ...port,
      take: (batch) => (++takes === 3 ? Promise.reject(new RangeError('no memory')) : port.take(batch)),
    };
    const options = { site: SITE, now: NOW };
    await expect(ingestFiles([log], { ...options, port: failing })).rejects.toThrow('no memory');
    await ingestFiles([log], { ...options, port });
    expect(state.events).toBe(16_000);
    await state.close();
  });

  test('end with what the journal refused with, and the next reading takes exactly what is missing', async () => {
    await using folder = await LogFolder.make();
    await using homes = await LogFolder.make();
    const logs = await aLog(folder);
    const state = await openState(homes.at('home'));
    const port = intakePort(state);
    let takes = 0;
    const full = new Error('no room left');
    const failing: IntakePort = {
      ...port,
      take: (batch) => (++takes === 2 ? Promise.reject(full) : port.take(batch)),
    };
    await expect(readInThread(request(logs), failing, silent)).rejects.toBe(full);
    const rest = await readInThread(request(logs), port, silent);
    expect(rest.accepted).toBeGreaterThan(0);
    expect(rest.accepted + rest.duplicates).toBe(9_001);
    expect(state.events).toBe(9_001);
    await state.close();
  });

  test('of which some batches are ahead of others give the same records and the same state', async () => {
    await using folder = await LogFolder.make();
    await using homes = await LogFolder.make();
    const logs = await aLog(folder);
    const [here, there] = [await openState(homes.at('here')), await openState(homes.at('there'))];
    const oneByOne = await readInThread(request(logs), intakePort(here), silent);
    expect(await readInThread(request(logs), readingPort(there), silent)).toEqual(oneByOne);
    expect(there.engine.stateHash()).toBe(here.engine.stateHash());
    expect(there.journal.length).toBe(here.journal.length);
    await Promise.all([here.close(), there.close()]);
  });

  test.each([2, 3, 4, 5])(
    'lose nothing where batches that are ahead follow one that write %i has no room for',
    async (write) => {
      await using folder = await LogFolder.make();
      await using homes = await LogFolder.make();
      const logs = await aLog(folder);
      const state = await openState(homes.at('home'), fullAtWrite(write));
      await expect(readInThread(request(logs), readingPort(state), silent)).rejects.toMatchObject({
        code: 'disk_full',
      });
      const rest = await readInThread(request(logs), readingPort(state), silent);
      expect(rest.accepted + rest.duplicates).toBe(9_001);
      expect(state.events).toBe(9_001);
      await state.close();
      const again = await openState(homes.at('home'));
      expect(again.events).toBe(9_001);
      await again.close();
    },
  );

  test('say which path is missing', async () => {
    await using folder = await LogFolder.make();
    await using homes = await LogFolder.make();
    const state = await openState(homes.at('home'));
    await expect(readInThread(request(folder.at('no.log')), intakePort(state), silent)).rejects.toMatchObject(
      {
        code: 'missing_path',
        name: 'OperationError',
      },
    );
    await writeFile(join(folder.path, 'empty.log'), '');
    const nothing = await readInThread(request(folder.path), intakePort(state), silent);
    expect(nothing).toMatchObject({ read: 0, accepted: 0 });
    await state.close();
  });
});
