import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { NOTHING_SAID } from '../config/feed-words.ts';
import { type FetchedFeedConfig, NO_FETCH } from '../config/index.ts';
import { FleetState } from '../data-directory/index.ts';
import type { FeedId } from '../model/index.ts';
import { LogFolder } from '../sources/log-folder.fixture.ts';
import { IntelIntake } from './intake.ts';
import { listIntel } from './list.ts';
import { FeedSchedule } from './schedule.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const PACE = { lookEveryMs: 5, settledMs: 0, retryMs: MINUTE_MS };

interface Bench {
  readonly clock: { now: number };
  readonly faults: string[];
  readonly asked: number[];
  readonly state: FleetState;
  readonly intake: IntelIntake;
  readonly feed: FetchedFeedConfig;
  readonly answer: { now: RequestListener };
  readonly start: (...feeds: readonly FetchedFeedConfig[]) => FeedSchedule;
}

/** A schedule whose chance is what `chance` says, and whose clock is turned by hand. */
async function withSchedule(work: (bench: Bench) => Promise<void>, chance = 0): Promise<void> {
  await using folder = await LogFolder.make();
  const clock = { now: Date.UTC(2026, 4, 21) };
  const faults: string[] = [];
  const effects = {
    now: () => clock.now,
    elapsed: () => 0,
    random: (bytes: number) => Buffer.alloc(bytes, chance),
    reportFault: (where: string) => {
      faults.push(where);
      return 'none';
    },
  };
  const asked: number[] = [];
  const answer: Bench['answer'] = { now: (_, response) => void response.end('198.51.100.7\n') };
  const server = createServer((request, response) => {
    asked.push(clock.now);
    answer.now(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/list.txt`);
  const dir = folder.at('data');
  const state = await FleetState.open(dir, effects, { progress: () => undefined });
  const intake = await IntelIntake.open({ state, dir, effects });
  const feed: FetchedFeedConfig = {
    id: 'acme' as FeedId,
    kind: 'fetched',
    words: NOTHING_SAID,
    origin: { kind: 'url', url },
    everyMs: 6 * HOUR_MS,
    fetching: { ...NO_FETCH, allowPrivate: true, allowHttp: true },
  };
  const schedules: FeedSchedule[] = [];
  const start = (...feeds: readonly FetchedFeedConfig[]) => {
    const schedule = new FeedSchedule(feeds.length === 0 ? [feed] : feeds, intake, effects, PACE);
    schedules.push(schedule);
    return schedule;
  };
  await work({ clock, faults, asked, state, intake, feed, answer, start });
  for (const schedule of schedules) await schedule.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await state.close();
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5);
}

const noted = ({ intake }: Bench, id = 'acme') => intake.fetches.of(id);

describe('[INTEL-SCHEDULE-1] a feed is fetched again and again', () => {
  test('at once where it never was, then after its time, more or less by chance', () =>
    withSchedule(async (bench) => {
      const schedule = bench.start();
      await until(() => schedule.nextLook('acme') !== null);
      expect(bench.state.engine.feeds.get('acme' as FeedId)?.listings).toHaveLength(1);
      // The least chance: a tenth earlier.
      expect(schedule.nextLook('acme')).toBe(bench.clock.now + 5.4 * HOUR_MS);
      expect(noted(bench)).toMatchObject({ succeeded: bench.clock.now, failures: 0, problem: null });
      const { sources } = listIntel(bench.state, bench.intake, schedule.nextLook);
      expect(sources).toEqual([
        {
          id: 'acme',
          kind: 'url',
          last_fetched: '2026-05-21T00:00:00.000Z',
          last_tried: '2026-05-21T00:00:00.000Z',
          next: '2026-05-21T05:24:00.000Z',
          failures: 0,
          problem: null,
        },
      ]);
    }));

  test('after a restart not before its time, and at once where it comes from elsewhere now', () =>
    withSchedule(async (bench) => {
      const first = bench.start();
      await until(() => first.nextLook('acme') !== null);
      await first.close();
      bench.clock.now += HOUR_MS;
      const second = bench.start();
      await until(() => second.nextLook('acme') !== null);
      expect(bench.asked).toHaveLength(1);
      await second.close();
      const { feed } = bench;
      bench.start({ ...feed, words: { ...feed.words, category: 'scanner' } });
      await until(() => bench.asked.length === 2);
      await until(
        () =>
          [...(bench.state.engine.feeds.get('acme' as FeedId)?.listings ?? [])][0]?.categories[0] ===
          'scanner',
      );
      await second.close();
    }));

  test('with all the chance there is a tenth later', () =>
    withSchedule(async (bench) => {
      const schedule = bench.start();
      await until(() => schedule.nextLook('acme') !== null);
      const wait = (schedule.nextLook('acme') ?? 0) - bench.clock.now;
      expect(wait).toBeGreaterThan(6.59 * HOUR_MS);
      expect(wait).toBeLessThanOrEqual(6.6 * HOUR_MS);
    }, 255));

  test('a clock that is set back does not put it off', () =>
    withSchedule(async (bench) => {
      const first = bench.start();
      await until(() => first.nextLook('acme') !== null);
      await first.close();
      bench.clock.now -= 400 * 24 * HOUR_MS;
      const second = bench.start();
      await until(() => second.nextLook('acme') !== null);
      expect((second.nextLook('acme') ?? 0) - bench.clock.now).toBeLessThan(7 * HOUR_MS);
    }));
});

describe('[INTEL-SCHEDULE-2] what fails is tried again, later and later, and the last good one stays', () => {
  test('the list says since when, and what went wrong; the log hears of the first failure', () =>
    withSchedule(async (bench) => {
      const { clock, answer, state, intake, faults } = bench;
      const good = bench.start();
      await until(() => good.nextLook('acme') !== null);
      await good.close();
      const fetched = clock.now;
      answer.now = (_, response) => void response.writeHead(503).end();
      const waits: number[] = [];
      for (let round = 0; round < 10; round++) {
        clock.now += 7 * HOUR_MS;
        const schedule = bench.start();
        await until(() => noted(bench)?.tried === clock.now && (schedule.nextLook('acme') ?? 0) > clock.now);
        waits.push((schedule.nextLook('acme') ?? 0) - clock.now);
        await schedule.close();
      }
      // Half a minute, doubled, and never more than its own time.
      const doubled = [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 180].map((minutes) => minutes * MINUTE_MS);
      expect(waits).toEqual(doubled);
      expect(faults).toEqual(['feed acme']);
      expect(state.engine.feeds.get('acme' as FeedId)?.listings).toHaveLength(1);
      expect(listIntel(state, intake).sources).toMatchObject([
        {
          last_fetched: new Date(fetched).toISOString(),
          failures: 10,
          problem: 'the server answered 503',
        },
      ]);
      // Once it is there again, all is forgiven.
      answer.now = (_, response) => void response.end('198.51.100.7\n198.51.100.8\n');
      clock.now += 7 * HOUR_MS;
      bench.start();
      await until(() => noted(bench)?.failures === 0);
      expect(state.engine.feeds.get('acme' as FeedId)?.listings).toHaveLength(2);
    }));

  test('what cannot be journalled is a failure too, and is not tried again at once', () =>
    withSchedule(async (bench) => {
      await bench.state.close();
      const schedule = bench.start();
      await until(() => noted(bench) !== null);
      expect(noted(bench)).toMatchObject({ failures: 1, problem: 'it could not be journalled' });
      await schedule.close();
      const again = bench.start();
      await until(() => again.nextLook('acme') !== null);
      expect(bench.asked).toHaveLength(1);
    }));

  test('what is on its way when the server ends is given up, and is no failure', () =>
    withSchedule(async (bench) => {
      bench.answer.now = (_, response) => void response.write('198.51.100.7\n');
      const schedule = bench.start();
      await until(() => bench.asked.length === 1);
      await schedule.close();
      expect(noted(bench)).toBeNull();
      expect(bench.faults).toEqual([]);
      expect(bench.state.journal.length).toBe(0);
    }));

  test('one that hangs holds up no other for long', () =>
    withSchedule(async (bench) => {
      const { feed, answer } = bench;
      answer.now = (request, response) => {
        if (request.url === '/hangs') return void response.write('1');
        response.end('198.51.100.7\n');
      };
      const { origin } = feed;
      const at = (path: string) => ({ kind: 'url', url: new URL(path, origin.url) }) as const;
      const many = ['b', 'c', 'd', 'e'].map((id) => ({ ...feed, id: id as FeedId }));
      bench.start({ ...feed, id: 'a' as FeedId, origin: at('/hangs') }, ...many);
      await until(() => many.every(({ id }) => noted(bench, id) !== null));
      expect(noted(bench, 'a')).toBeNull();
    }));
});
