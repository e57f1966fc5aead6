import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DataDirectory, live } from '../app/data-directory.fixture.ts';
import type { FleetState } from '../data-directory/index.ts';
import { JournalError } from '../journal/index.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type SensorId, type SiteId } from '../model/index.ts';
import { examineSources } from '../operations/doctor/sources.ts';
import { asNobody, connLog } from '../sources/log-folder.fixture.ts';
import { LiveSources } from './live-sources.ts';

/** Noon: the office's last observation is of half an hour before. */
const NOON = Date.UTC(2026, 2, 2, 12);

let data: DataDirectory;
let state: FleetState;
let sources: LiveSources;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  data = await DataDirectory.make();
  data.now = NOON;
  state = await data.open();
  await live(state, 0, 22);
  sources = new LiveSources(data.effects);
  const place = { path: data.dir, site: 'hq' as SiteId, sensor: 'zeek' as SensorId };
  sources.open(state, place.site, [{ type: 'zeek_folder', ...place }]);
  await pass(MINUTE_MS);
});

afterEach(async () => {
  vi.useRealTimers();
  await sources.close();
  await state.close();
  await data.remove();
});

/** Time goes by, in the steps in which the process says what time it is. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5 * SECOND_MS) {
    data.now += 5 * SECOND_MS;
    vi.advanceTimersByTime(5 * SECOND_MS);
    await state.point(() => undefined);
  }
}

test('[LIVE-1] a clock that is wrong for a while moves the time of the fleet no further', async () => {
  for (const wrongBy of [3 * 365 * DAY_MS, 3 * DAY_MS, 50 * MINUTE_MS, -3 * DAY_MS]) {
    data.wrongBy = wrongBy;
    await pass(MINUTE_MS);
    expect(state.engine.now).toBe(data.now);
    data.wrongBy = 0;
    await pass(MINUTE_MS);
    expect(state.engine.now).toBe(data.now);
  }
});

test('[LIVE-1] a machine that slept is believed after some minutes', async () => {
  data.wrongBy = 8 * HOUR_MS;
  await pass(10 * MINUTE_MS);
  expect(state.engine.now).toBe(data.now + 8 * HOUR_MS);
});

test('[LIVE-1] a process that begins days later waits whether its clock is set', async () => {
  await sources.close();
  const before = state.engine.now;
  data.now += 3 * DAY_MS;
  data.wrongBy = 400 * DAY_MS;
  sources = new LiveSources(data.effects);
  sources.open(state, 'hq' as SiteId, [
    { type: 'zeek_folder', path: data.dir, site: 'hq' as SiteId, sensor: 'zeek' as SensorId },
  ]);
  await pass(MINUTE_MS);
  expect(state.engine.now).toBe(before);
  data.wrongBy = 0;
  await pass(10 * MINUTE_MS);
  expect(state.engine.now).toBe(data.now);
});

test('[TIME-LIVE-1] who sends nothing that can be taken is no source, and moves no time', async () => {
  await sources.close();
  const before = state.engine.now;
  sources = new LiveSources(data.effects);
  sources.open(state, 'hq' as SiteId, []);
  const send = (text: string) =>
    sources.intake(Buffer.from(text), { producer: null, sequence: null, format: 'ndjson' }, 'gate');
  for (const text of ['garbage', '[]', '[1,2]', '{}']) {
    expect(await send(text)).toMatchObject({ kind: 'taken', accepted: 0 });
    await pass(10 * MINUTE_MS);
    expect(state.engine.now).toBe(before);
  }
});

test('[LIVE-4] a disk that is full for long is told once an hour, not at every tick', async () => {
  const full = new JournalError('disk_full', 'no room left for the journal');
  const appending = vi.spyOn(state, 'append').mockRejectedValue(full);
  await pass(10 * MINUTE_MS);
  expect(data.faults).toEqual([full]);
  await pass(HOUR_MS);
  expect(data.faults).toEqual([full, full]);
  appending.mockRestore();
});

test('[LIVE-3] doctor tells of a fleet that is ahead of the clock, and what to do', async () => {
  const operations = await data.operations(state);
  const time = async () => (await operations.doctor({})).checks.find(({ check }) => check === 'time');
  expect(await time()).toMatchObject({ state: 'ok' });
  await state.append({ kind: 'clock', at: data.now + 3 * DAY_MS });
  expect(await time()).toMatchObject({
    state: 'warning',
    detail: expect.stringMatching(/3 days ahead of this machine's clock.*stance restore/),
  });
});

/** What a followed folder holds once it has been read. */
async function followed(files: Readonly<Record<string, string>>): Promise<string> {
  await sources.close();
  const logs = join(data.dir, 'logs');
  await mkdir(logs);
  for (const [name, content] of Object.entries(files)) await writeFile(join(logs, name), content);
  sources = new LiveSources(data.effects);
  sources.open(state, 'hq' as SiteId, [
    { type: 'zeek_folder', path: logs, site: 'hq' as SiteId, sensor: 'zeek' as SensorId },
  ]);
  await vi.waitFor(() => expect(sources.standings()[0]?.report?.lastRead).not.toBeNull());
  return logs;
}

test('[SRC-FOLLOW-10] [SRC-FOLLOW-11] what a followed log refuses is told to the log and by doctor, never its content', async () => {
  const logs = await followed({ 'conn.log': `${connLog([{ uid: 'C1', start: 0 }])}garbage\ngarbage\n` });
  await pass(10 * SECOND_MS);
  const words = data.faults.map((fault) => (fault as Error).message);
  expect(words).toEqual([expect.stringMatching(/conn\.log: 2 of 3 records were refused .*line 10, /)]);
  const [check] = await examineSources(sources.standings());
  expect(check).toMatchObject({
    check: `source ${logs}`,
    state: 'warning',
    detail: expect.stringMatching(/^1 file, last read .*1 accepted, 2 refused; .*conn\.log from line 10, /),
  });
  expect(`${words.join()} ${check?.detail}`).not.toContain('garbage');
});

test('[SRC-FOLLOW-11] doctor tells how each followed source does, and which is not there', async () => {
  const logs = await followed({ 'conn.log': connLog([{ uid: 'C1', start: 0 }]) });
  expect(await examineSources(sources.standings())).toMatchObject([
    { state: 'ok', detail: expect.stringMatching(/^1 file, last read 2026.*1 accepted, 0 refused$/) },
  ]);
  expect(await examineSources([{ path: logs, report: null }])).toMatchObject([
    { state: 'ok', detail: 'there; followed while stance serve runs' },
  ]);
  const missing = join(logs, 'nowhere');
  expect(await examineSources([{ path: missing, report: null }])).toEqual([
    { check: `source ${missing}`, state: 'warning', detail: 'there is nothing at this path' },
  ]);
});

test('[SRC-FOLLOW-13] doctor warns of a source that has lost its files, and of one that may not be read', async () => {
  const logs = await followed({ 'conn.log': connLog([{ uid: 'C1', start: 0 }]) });
  await rm(join(logs, 'conn.log'));
  await vi.waitFor(() => expect(sources.standings()[0]?.report?.files).toBe(0), { timeout: 10_000 });
  expect(await examineSources(sources.standings())).toMatchObject([
    {
      state: 'warning',
      detail: expect.stringMatching(/^0 files, last read .*; there were files, now there are none$/),
    },
  ]);
  await chmod(data.dir, 0o755);
  await chmod(logs, 0o700);
  expect(await asNobody(() => examineSources([{ path: logs, report: null }]))).toEqual([
    { check: `source ${logs}`, state: 'warning', detail: 'it cannot be looked at (EACCES)' },
  ]);
});
