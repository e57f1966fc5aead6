import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirectory, live as office } from '../../app/data-directory.fixture.ts';
import type { OutputConfig } from '../../config/index.ts';
import type { FleetState } from '../../data-directory/index.ts';
import {
  type Address,
  DAY_MS,
  HOUR_MS,
  iso,
  type Observation,
  SECOND_MS,
  type SensorId,
  type SiteId,
} from '../../model/index.ts';
import type { Message, Sink } from '../../outputs/index.ts';
import { backUp } from '../backup/backup.ts';
import { restoreBackup } from '../backup/restore.ts';
import { findingsPage } from './findings.ts';
import { type OutputReports, Outputs, restingOutputs, restingReaders } from './outputs.ts';
import { openSinks } from './sinks.ts';

const PACE = { backoff: { firstMs: 5, mostMs: 20 }, lookEveryMs: 5 };
const SIEM: OutputConfig = {
  id: 'siem',
  type: 'syslog',
  transport: 'tcp',
  host: 'siem.example',
  port: 601,
  facility: 'local0',
  hostname: '-',
  minLevel: 'low',
  begin: 'now',
  timeoutMs: 1_000,
  ca: null,
};

/** A Monday. */
const START = Date.UTC(2026, 2, 2);
const SCANNERS = 6;
const HALF = SCANNERS / 2;
const TARGETS = 40;

/** Machines that probe their network, one after the other. */
async function live(state: FleetState, from: number, to: number): Promise<void> {
  if (from === 0) await office(state, 0, 1);
  for (let scanner = from; scanner < to; scanner++) {
    const observations = Array.from({ length: TARGETS }, (_, index) => probe(scanner, index));
    const at = scanner * TARGETS;
    const origins = observations.map((_, index) => ({ producer: 0, at: at + index }));
    const producers = [{ producer: 'file:test', upTo: at + TARGETS }];
    await state.take({ observations, origins, producers, uids: [] });
  }
}

function probe(scanner: number, index: number): Observation {
  return {
    kind: 'connection',
    time: START + scanner * HOUR_MS + index * SECOND_MS,
    provenance: { site: 'hq' as SiteId, sensor: 'zeek' as SensorId, uid: null, communityId: null },
    from: { address: `10.0.0.${scanner + 1}` as Address, port: 50_000, local: null },
    to: { address: `10.0.1.${index + 1}` as Address, port: 445, local: null },
    protocol: 'tcp',
    service: null,
    durationMs: 0,
    bytesOut: 0,
    bytesIn: 0,
    outcome: 'unanswered',
  };
}

let place: DataDirectory;
let state: FleetState;
let sent: Message[];
const sink: Sink = {
  changesAtOnce: 1,
  send: async (message) => void sent.push(message),
  confirm: async () => undefined,
  close: () => undefined,
};
beforeEach(async () => {
  place = await DataDirectory.make();
  state = await place.open();
  sent = [];
});
afterEach(async () => {
  await state.close();
  await place.remove();
});

const start = (config: OutputConfig = SIEM, dir = place.dir) =>
  Outputs.start(state, dir, [{ config, sink }], place.effects, PACE);

/** All that the directory has published. */
const all = async () => {
  const asked = { since: null, notBefore: null, minLevel: 'low', limit: 500 } as const;
  return (await findingsPage(state, asked)).findings.map(({ uid }) => uid);
};
const uids = () => sent.map(({ uid }) => uid);

async function settled(outputs: Outputs): Promise<void> {
  state.past.write();
  await expect.poll(async () => (await outputs.reports())[0]?.waiting, { timeout: 20_000 }).toBe(0);
}

test('[FINDINGS-8] a new sink begins with what comes, or with all that is kept, as it is configured', async () => {
  await live(state, 0, HALF);
  const outputs = await start();
  const before = await all();
  await live(state, HALF, SCANNERS);
  await settled(outputs);
  await outputs.close();
  expect(before.length).toBeGreaterThan(0);
  expect((await all()).length).toBeGreaterThan(before.length);
  expect(uids()).toEqual((await all()).slice(before.length));
  sent = [];
  const oldest = await start({ ...SIEM, id: 'archive', begin: 'oldest' });
  await settled(oldest);
  await oldest.close();
  expect(uids()).toEqual(await all());
});

test('[FINDINGS-23] a cursor ahead of a restored directory is set back for good: what waits when the process ends is sent by the next', async () => {
  await live(state, 0, HALF);
  await mkdir(join(place.dir, 'outputs'), { recursive: true });
  await writeFile(
    join(place.dir, 'outputs', 'siem.json'),
    JSON.stringify({ format: 1, record: 100_000, ordinal: 0 }),
  );
  const refusing: Sink = { ...sink, send: () => Promise.reject(new Error('no room')) };
  const first = await Outputs.start(
    state,
    place.dir,
    [{ config: SIEM, sink: refusing }],
    place.effects,
    PACE,
  );
  const before = await all();
  await live(state, HALF, SCANNERS);
  state.past.write();
  await first.close();
  const second = await start();
  await settled(second);
  await second.close();
  expect(uids()).toEqual((await all()).slice(before.length));
  expect(uids().length).toBeGreaterThan(0);
});

test('[FINDINGS-2] a history that is lost and told again by the replay gives the same findings, and the cursor fits', async () => {
  await live(state, 0, HALF);
  const outputs = await start({ ...SIEM, begin: 'oldest' });
  await settled(outputs);
  await outputs.close();
  const before = await all();
  await state.close();
  await writeFile(join(place.dir, 'history.db'), 'no database');
  state = await place.open();
  expect(await all()).toEqual(before);
  const again = await start();
  await live(state, HALF, SCANNERS);
  await settled(again);
  await again.close();
  expect(uids()).toEqual(await all());
});

test('[FINDINGS-13] a backup holds the cursors; after a restore what was sent after it is new, and is sent', async () => {
  const outputs = await start({ ...SIEM, begin: 'oldest' });
  await live(state, 0, HALF);
  await settled(outputs);
  const to = `${place.dir}-backup`;
  await backUp(state, { dir: place.dir, configFile: null }, to, place.effects, () => undefined);
  await live(state, HALF, SCANNERS);
  await settled(outputs);
  await outputs.close();
  const everything = await all();
  const cursor = await readFile(join(place.dir, 'outputs', 'siem.json'), 'utf8');
  await state.close();
  await place.remove();
  await restoreBackup({ from: to, dir: place.dir }, place.effects, () => undefined);
  state = await place.open();
  // Somebody put the newer cursor beside the older data.
  await mkdir(join(place.dir, 'outputs'), { recursive: true });
  expect(await readFile(join(place.dir, 'outputs', 'siem.json'), 'utf8')).not.toBe(cursor);
  await writeFile(join(place.dir, 'outputs', 'siem.json'), cursor);
  sent = [];
  const again = await start();
  await live(state, HALF, SCANNERS);
  await settled(again);
  await again.close();
  expect(uids()).toEqual(everything.slice(everything.length - uids().length));
  expect(uids().length).toBeGreaterThan(0);
});

test('[FINDINGS-10] of a directory that nobody serves status says what waits', async () => {
  const outputs = await start({ ...SIEM, begin: 'oldest' });
  await outputs.close();
  await live(state, 0, HALF);
  state.past.write();
  const [report] = await restingOutputs(state, place.dir, [SIEM])();
  expect(report).toMatchObject({ id: 'siem', to: 'tcp://siem.example:601', running: false, failures: 0 });
  expect(report?.waiting).toBeGreaterThan(0);
});

test('[FINDINGS-12] a secret that is not there is told with its field before anything is opened', () => {
  const webhook: OutputConfig = {
    id: 'soc',
    type: 'webhook',
    url: 'https://soc.example/hook',
    secret: { file: join(place.dir, 'none') },
    allowPrivate: false,
    minLevel: 'low',
    begin: 'now',
    timeoutMs: 1_000,
    ca: null,
  };
  const open = (config: OutputConfig) => () => openSinks([config], place.effects);
  expect(open(webhook)).toThrow(
    `outputs, soc: secret_file: ${join(place.dir, 'none')} cannot be read (ENOENT)`,
  );
  expect(open({ ...webhook, secret: { variable: 'NOT_SET_ANYWHERE' } })).toThrow(
    'outputs, soc: secret_env: the variable NOT_SET_ANYWHERE: it is empty',
  );
  expect(open({ ...SIEM, transport: 'tls', ca: '/nowhere.pem' })).toThrow('outputs, siem: ca: /nowhere.pem');
});

test('[FINDINGS-16] findings since an instant hold none of before, on no page', async () => {
  await live(state, 0, SCANNERS);
  const [anomaly] = state.engine.partitions.flatMap(({ anomalies }) => [...anomalies.all()]);
  if (anomaly === undefined) throw new Error('nobody was told of');
  // The time of the data follows the newest evidence at some distance: what an operator says now is of before it.
  const saidAt = anomaly.updatedAt + HOUR_MS;
  await state.append({
    kind: 'assign',
    at: saidAt,
    anomaly: anomaly.id,
    to: 'soc-1',
    actor: 'test',
    reason: null,
  });
  const pagesOf = async (since: string | null) => {
    const found: { uid: string; at: number }[] = [];
    let next = since;
    for (;;) {
      const page = await findingsPage(state, { since: next, notBefore: since, minLevel: 'low', limit: 2 });
      found.push(...page.findings);
      next = page.next;
      if (!page.more) return found;
    }
  };
  const told = await pagesOf(null);
  const times = [...new Set(told.map((each) => each.at))];
  expect(times.toSorted((a, b) => a - b)).not.toEqual(times);
  for (const time of times) {
    const since = await pagesOf(iso(time));
    expect(since.map((each) => each.uid)).toEqual(
      told.filter((each) => each.at >= time).map((each) => each.uid),
    );
  }
});

test('[FINDINGS-21] what a receiver did not get before it was forgotten is told, counted, and stays to be seen', async () => {
  const down: Sink = {
    ...sink,
    send: async () => {
      throw new Error('it answered 500');
    },
  };
  const config = { ...SIEM, begin: 'oldest' } as const;
  const outputs = await Outputs.start(state, place.dir, [{ config, sink: down }], place.effects, PACE);
  const doctor = async (reports: OutputReports) => {
    const { checks } = await (await place.operations(state, reports)).doctor({});
    return checks.find(({ check }) => check === 'output siem');
  };
  await live(state, 0, HALF);
  state.past.write();
  const waited = (await all()).length;
  state.past.keepDays(1);
  place.now = START + 4 * DAY_MS;
  await live(state, 20, 21);
  expect(await doctor(outputs.reports)).toMatchObject({
    state: 'warning',
    detail: expect.stringMatching(
      /what waits begins to be forgotten in \d+ hours \(retention\.history_days\)/,
    ),
  });
  await live(state, 72, 73);
  await expect.poll(async () => (await outputs.reports())[0]?.lost, { timeout: 20_000 }).not.toBeNull();
  const [report] = await outputs.reports();
  const lost = report?.lost?.changes ?? 0;
  expect(lost).toBeGreaterThan(0);
  expect(lost).toBeLessThanOrEqual(waited);
  const told = place.faults.map((each) => (each instanceof Error ? each.message : ''));
  expect(told.filter((each) => each.includes('forgotten'))).toEqual([
    `${lost} changes that it did not get are older than history is kept (retention.history_days: 1) and forgotten: they are not sent any more`,
  ]);
  expect(outputs.health()).toMatchObject([{ id: 'siem', lost }]);
  const warned = {
    state: 'warning',
    detail: expect.stringContaining(
      `${lost} changes of before 2026-03-04T00:00:00.000Z were forgotten before it got`,
    ),
  };
  expect(await doctor(outputs.reports)).toMatchObject(warned);
  await outputs.close();
  await state.close();
  state = await place.open();
  // The receiver is well again; what it lost is still lost.
  const again = await start(config);
  await settled(again);
  expect(await doctor(again.reports)).toMatchObject(warned);
  expect(await restingOutputs(state, place.dir, [config])()).toMatchObject([{ lost: { changes: lost } }]);
  await again.close();
});

test('[FINDINGS-21] a damaged cursor is told: what its receiver loses while nobody sends cannot be counted', async () => {
  await mkdir(join(place.dir, 'outputs'), { recursive: true });
  await writeFile(join(place.dir, 'outputs', 'siem.json'), '{"format":1,"record":');
  const other = { ...SIEM, id: 'other' };
  await writeFile(join(place.dir, 'outputs', 'other.json'), '{"format":1,"record":3,"ordinal":2}');
  const readers = await restingReaders(place.dir, [SIEM, other], place.effects);
  expect(readers).toEqual([{ name: 'other', cursor: { record: 3, ordinal: 2 } }]);
  expect(place.faults).toEqual([
    expect.objectContaining({ message: expect.stringContaining('siem.json is no cursor of this release') }),
  ]);
});

test('[FINDINGS-22] who asks for findings of before what is kept is told so', async () => {
  await live(state, 0, HALF);
  const asked = { notBefore: null, minLevel: 'low', limit: 500 } as const;
  const before = async (since: string | null) =>
    (await findingsPage(state, { ...asked, since })).forgottenBefore;
  expect(await before('2020-01-01T00:00:00Z')).toBeNull();
  expect(await before('0.1')).toBeNull();
  state.past.keepDays(1);
  place.now = START + 4 * DAY_MS;
  await live(state, 72, 73);
  const horizon = '2026-03-04T00:00:00.000Z';
  await expect.poll(() => state.past.history.forgotten(null), { timeout: 20_000 }).not.toBeNull();
  expect(await before('0.1')).toBe(horizon);
  expect(await before('2026-03-02T00:00:00Z')).toBe(horizon);
  expect(await before(horizon)).toBeNull();
  const { next } = await findingsPage(state, { ...asked, since: null });
  expect(await before(next)).toBeNull();
  expect(await before(null)).toBeNull();
});

test('[HIST-21] a history that cannot be read is said of each output, and keeps nobody from asking', async () => {
  const outputs = await start();
  await outputs.close();
  state.past.write();
  damage(state.past.history);
  const unknown = {
    id: 'siem',
    waiting: 0,
    lost: null,
    lastError: { message: expect.stringMatching('malformed') },
  };
  expect(await outputs.reports()).toMatchObject([unknown]);
  expect(outputs.health()).toMatchObject([{ id: 'siem', failures: 1 }]);
  expect(await restingOutputs(state, place.dir, [SIEM])()).toMatchObject([unknown]);
});

/** Whatever is asked of it, its file holds other bytes than were written. */
function damage(history: FleetState['past']['history']): void {
  const damaged = (): never => {
    throw Object.assign(new Error('database disk image is malformed'), { errcode: 11 });
  };
  Object.assign(history, { publishedCount: damaged, forgotten: damaged });
}
