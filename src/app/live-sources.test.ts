import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type SensorId, type SiteId } from '../model/index.ts';
import { DataDirectory, live } from './data-directory.fixture.ts';
import type { FleetState } from './fleet-state.ts';
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
