import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AggregatorProcess,
  enrolSites,
  fetchAggregate,
  joinFleet,
  newKeyFolder,
  newSite,
  openKeyFolder,
  openKeyHolder,
  startAggregator,
} from '../aggregation/index.ts';
import { DataDirectory } from '../app/data-directory.fixture.ts';
import { serve } from '../app/index.ts';
import { loadConfig } from '../config/index.ts';
import type { FleetState } from '../data-directory/index.ts';
import { createEngineView } from '../engine/index.ts';
import {
  cohortsOf,
  DEVICE_COHORTS,
  DEVICE_FEATURES,
  FEATURE,
  featuresOf,
  HOUR_MS,
  INPUTS,
  iso,
  type Release,
  slotOf,
  SLOTS,
  type ToolAnswer,
  type ToolName,
} from '../model/index.ts';
import { simulate, viewsOf } from '../operations/index.ts';
import { createPostureReader, turnByTurn } from '../posture/index.ts';
import { FleetDesk } from './fleet-desk.ts';
import { releasesAt } from './release-place.ts';
import { siteBlock } from './site-block.ts';
import { SiteClient } from './site-client.ts';

const DEVICES = 30;
const UNTIL = Date.UTC(2026, 4, 21);
const MINIMUM = 8;
const quiet = (): void => undefined;

/** One Stance with its own data and keys. */
interface Place {
  readonly data: DataDirectory;
  readonly keys: string;
  state: FleetState;
  desk: FleetDesk;
  client: SiteClient;
}

let dir: string;
let holderDir: string;
let aggregator: AggregatorProcess;
let berlin: Place;
let oslo: Place;
let turin: Place;
let empty: Place;
let round: number;
let release: Release;

async function placeOf(name: string, seed: number | null): Promise<Place> {
  const data = await DataDirectory.make();
  const state = await data.open();
  const until = iso(UNTIL);
  if (seed !== null) await simulate(state, { seed, until, days: 0.5, devices: DEVICES }, () => UNTIL, quiet);
  const keys = join(dir, name);
  const [credential = ''] = await enrolSites(holderDir, [{ site: name, key: await newSite(keys) }]);
  await writeFile(`${keys}.credential`, credential);
  return { data, keys, state, desk: undefined as never, client: undefined as never };
}

async function open(place: Place, port: number): Promise<void> {
  const credential = await readFile(`${place.keys}.credential`, 'utf8');
  const agreement = await readFile(join(holderDir, 'agreement.json'), 'utf8');
  await joinFleet(place.keys, { credential, agreement });
  await connect(place, port);
}

async function connect(place: Place, port: number): Promise<void> {
  const { data, state, keys } = place;
  const config = { keys, aggregator: new URL(`http://127.0.0.1:${port}`), releases: null };
  place.desk = await FleetDesk.open(config, { dir: data.dir, state, now: data.effects.now });
  place.client = new SiteClient(place.desk, config, { state, effects: data.effects });
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-fleet-'));
  holderDir = join(dir, 'key-holder');
  const terms = { tenant: 'acme', minimumGroup: MINIMUM, roundMs: HOUR_MS, cohorts: DEVICE_COHORTS };
  await newKeyFolder(holderDir, terms, (bytes) => new Uint8Array(bytes).fill(3));
  berlin = await placeOf('berlin', 5);
  oslo = await placeOf('oslo', 6);
  turin = await placeOf('turin', 7);
  empty = await placeOf('lima', null);
  const agreement = join(holderDir, 'agreement.json');
  const input = { dir: join(dir, 'aggregator'), agreement, host: '127.0.0.1', port: 0, tls: null };
  aggregator = await startAggregator(input, 'ignore');
  for (const place of [berlin, oslo, turin, empty]) await open(place, aggregator.port);
  round = Math.floor(Date.now() / HOUR_MS);
}, 60_000);

afterAll(async () => {
  await aggregator.stop();
  for (const { state, data } of [berlin, oslo, turin, empty]) {
    await state.close();
    await data.remove();
  }
  await rm(dir, { recursive: true });
});

/** The end of the round: every site has come to its instant by then. */
const late = (of: number) => of * HOUR_MS + HOUR_MS - 1;

async function ask<T extends ToolName>(
  { state, data }: Place,
  tool: T,
  input: object = {},
): Promise<ToolAnswer<T>> {
  const reader = createPostureReader(viewsOf(state), data.effects.now);
  const outcome = await reader.ask(tool, INPUTS[tool].parse(input) as never, 'test');
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.answer;
}

/** By way of what each device's own answer says. */
function naively({ state }: Place): Float64Array {
  const sums = new Float64Array(SLOTS);
  const cohortOf = cohortsOf(DEVICE_COHORTS.names);
  const view = createEngineView(state.engine);
  for (const entity of view.entities()) {
    const { profile, score, weight, dimensions, riskLevel } = entity;
    const isDevice = profile.type === 'device' || profile.alias !== null;
    if (!isDevice || profile.enrolment.state !== 'enrolled') continue;
    const { histories, rows } = state.engine.partitionOf(profile.id);
    const baseline = histories.of(rows.find(profile.id)).baseline;
    const features = featuresOf({
      score,
      weight,
      dimensions,
      riskLevel,
      connections: entity.baseline().connectionsPerHour ?? 0,
      bytes: baseline?.usualSent ?? 0,
      destinations: baseline?.destinationCount ?? 0,
      openAnomalies: entity.openAnomalies().length,
    });
    for (const [at, value] of features.entries()) {
      const slot = slotOf(cohortOf(profile.kind), at);
      sums[slot] = (sums[slot] ?? 0) + value;
    }
  }
  return sums;
}

function over(blocks: readonly Float64Array[], cohorts: readonly number[]): number[] {
  return Array.from({ length: DEVICE_FEATURES }, (_, feature) =>
    blocks.reduce(
      (sum, block) => cohorts.reduce((all, cohort) => all + (block[slotOf(cohort, feature)] ?? 0), sum),
      0,
    ),
  );
}

describe("a site's block", () => {
  test('[FLEET-STAT-1] is the sum over its enrolled devices, the same each time', async () => {
    const view = createEngineView(berlin.state.engine);
    const block = await siteBlock(view, DEVICE_COHORTS.names, turnByTurn());
    expect(block).toEqual(naively(berlin));
    expect(await siteBlock(view, DEVICE_COHORTS.names, turnByTurn())).toEqual(block);
    const devices = over([block], [...DEVICE_COHORTS.names.keys()])[FEATURE.devices];
    expect(devices).toBe(view.fleet().deviceCount);
  });
});

describe("a site's report", () => {
  test('[FLEET-STAT-4] is sent once a round, at its own instant, and entered in the ledger before', async () => {
    berlin.data.now = round * HOUR_MS;
    const wait = await berlin.client.report();
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThan(HOUR_MS / 2);
    expect((await berlin.desk.status(berlin.client)).reports).toEqual([]);
    berlin.data.now += wait;
    await berlin.client.report();
    const status = await berlin.desk.status(berlin.client);
    const [sent] = status.reports;
    const file = await readFile(join(berlin.keys, 'reports', `${round}.report`));
    expect(sent).toMatchObject({
      round,
      outcome: 'taken',
      to: `http://127.0.0.1:${aggregator.port}`,
      bytes: file.length,
      sha256: createHash('sha256').update(file).digest('hex'),
      tries: 1,
      problem: null,
    });
    expect(status).toMatchObject({ site: 'berlin', tenant: 'acme', reports_total: 1, problem: null });
    await berlin.client.report();
    expect((await berlin.desk.status(berlin.client)).reports_total).toBe(1);
    expect(berlin.data.faults).toEqual([]);
  });

  test('[FLEET-STAT-5] of a site without devices looks like any other', async () => {
    for (const place of [oslo, turin, empty]) {
      place.data.now = late(round);
      await place.client.report();
    }
    const [full, none] = [oslo, empty].map(({ desk }) => desk.sent.of(round));
    expect(none).toMatchObject({ outcome: 'taken', devices: 0 });
    expect(none?.bytes).toBe(full?.bytes);
  });

  test('[FLEET-STAT-6] that gets no answer is tried again, the same bytes, and is missed in the end', async () => {
    const port = aggregator.port;
    await connect(oslo, 1);
    oslo.data.now = late(round + 1);
    await oslo.client.report();
    expect(oslo.desk.sent.of(round + 1)).toMatchObject({ outcome: 'waiting', tries: 1 });
    const wait = await oslo.client.report();
    expect(wait).toBeLessThanOrEqual(HOUR_MS / 8);
    const waiting = oslo.desk.sent.of(round + 1);
    expect(waiting).toMatchObject({ outcome: 'waiting', tries: 2, problem: expect.stringMatching(/answer/) });
    expect(oslo.desk.sent.failures).toBe(2);
    // The log hears of it once.
    expect(oslo.data.faults).toHaveLength(1);
    const first = waiting?.sha256;
    await connect(oslo, 1);
    expect(oslo.desk.sent.of(round + 1)?.sha256).toBe(first);
    oslo.data.now = (round + 3) * HOUR_MS;
    await oslo.client.report();
    expect(oslo.desk.sent.of(round + 1)?.outcome).toBe('missed');
    await connect(oslo, port);
  });
});

describe('a release', () => {
  let file: string;
  beforeAll(async () => {
    const url = new URL(`http://127.0.0.1:${aggregator.port}`);
    const keyFolder = await openKeyFolder(holderDir);
    const aggregate = await fetchAggregate(keyFolder, url, round);
    if (aggregate === null) throw new Error('there is no sum');
    const reasons: string[] = [];
    const holder = await openKeyHolder(keyFolder, {
      now: () => late(round + 1),
      tell: ({ reason }) => void reasons.push(reason),
    });
    release = await holder.release(aggregate);
    file = join(dir, 'release.json');
    await writeFile(file, JSON.stringify(release));
  });

  test('[FLEET-STAT-7] enters the journal when the key holder signed it, and only then', async () => {
    const forged = join(dir, 'forged.json');
    const whole = release.whole.map((sum, at) => (at === FEATURE.weighted_score ? sum + 1 : sum));
    await writeFile(forged, JSON.stringify({ ...release, whole }));
    await expect(berlin.desk.importFile(forged, 'test')).rejects.toThrow(/no release that acme's key holder/);
    expect((await ask(berlin, 'get_fleet_posture')).fleet).toBeNull();
    const before = berlin.state.journal.length;
    expect(await berlin.desk.importFile(file, 'test')).toMatchObject({ changed: true, round, sites: 4 });
    expect(await berlin.desk.importFile(file, 'test')).toMatchObject({ changed: false });
    // The release, and its instant.
    expect(berlin.state.journal.length).toBe(before + 2);
  });

  test('[FLEET-STAT-8] gives the answers of plain addition over all sites', async () => {
    const blocks = [naively(berlin), naively(oslo), naively(turin)];
    const { names } = DEVICE_COHORTS;
    const whole = over(blocks, [...names.keys()]);
    const { fleet } = await ask(berlin, 'get_fleet_posture');
    const score = Math.round((whole[FEATURE.weighted_score] ?? 0) / (whole[FEATURE.weight] ?? 1));
    expect(fleet).toMatchObject({
      score,
      devices: 3 * DEVICES,
      sites: 4,
      round_at: iso(late(round + 1)),
      bands: { low: whole[FEATURE.risk_low], critical: whole[FEATURE.risk_critical] },
      provenance: { method: 'bfv-aggregate', minimum_group: MINIMUM, round, key_id: release.keyId },
    });
    const told = await ask(berlin, 'get_fleet_statistics', { detail: 'full' });
    expect(Object.values(told.fleet?.groups[0]?.sums ?? {})).toEqual(whole);
    const [here] = told.local?.groups ?? [];
    expect(Object.values(here?.sums ?? {})).toEqual(over([naively(berlin)], [...names.keys()]));
    expect(told.local?.provenance).toEqual({
      method: 'local-plaintext',
      sites: ['simulated'],
      basis: 'enrolled',
      counted: 'devices',
    });
    const cohorts = await ask(berlin, 'get_fleet_statistics', { group: 'cohort', metric: 'bands' });
    for (const { group, entities } of cohorts.fleet?.groups ?? []) {
      const cohort = names.indexOf(group as (typeof names)[number]);
      expect(entities).toBe(over(blocks, [cohort])[FEATURE.devices]);
      expect(entities).toBeGreaterThanOrEqual(MINIMUM);
    }
    expect(cohorts.fleet?.groups.length).toBeGreaterThan(0);
    // At the site itself small groups are its own, and are told.
    expect(cohorts.local?.groups.some(({ entities }) => entities < MINIMUM)).toBe(true);
  });

  test('[FLEET-STAT-9] tells of peers where the site knows too few of a kind', async () => {
    const { entities } = await ask(berlin, 'search_entities', { kind: 'workstation', limit: 1 });
    const peers = (await ask(berlin, 'get_device_posture', { device_id: entities[0]?.id }))
      .behavioral_baseline.fleet_peers;
    const cohort = DEVICE_COHORTS.names.indexOf('workstation');
    const sums = over([naively(berlin), naively(oslo), naively(turin)], [cohort]);
    expect(peers).toMatchObject({ cohort: 'workstation', devices: sums[FEATURE.devices] });
    const { from, typical, to } = peers?.connections_per_hour ?? { from: 0, typical: 0, to: 0 };
    expect(from).toBeLessThanOrEqual(typical);
    expect(typical).toBeLessThanOrEqual(to);
    expect(typical).toBeGreaterThan(0);
  });

  test('[FLEET-STAT-10] groups by what only this site knows stay with it', async () => {
    for (const group of ['type', 'site', 'criticality']) {
      const { local, fleet, truncated } = await ask(berlin, 'get_fleet_statistics', { group });
      expect(local?.groups.length).toBeGreaterThan(0);
      expect(fleet).toBeNull();
      expect(truncated?.what).toContain('all sites together');
    }
    const { local } = await ask(berlin, 'get_fleet_statistics', { group: 'type' });
    expect(local?.provenance.counted).toBe('entities');
    expect(local?.groups.map(({ group }) => group)).toContain('workload');
  });

  test('[FLEET-STAT-11] is that of then when an earlier instant is asked for, and is replayed alike', async () => {
    const { state } = berlin;
    const at = state.engine.now;
    await state.append({ kind: 'clock', at: at + HOUR_MS });
    const then = await ask(berlin, 'get_fleet_posture', { as_of: iso(at) });
    expect(then.fleet).toEqual((await ask(berlin, 'get_fleet_posture')).fleet);
    expect((await ask(berlin, 'get_fleet_posture', { as_of: iso(at - HOUR_MS) })).fleet).toBeNull();
    const bytes = await ask(berlin, 'get_fleet_statistics', { metric: 'bytes', as_of: iso(at) });
    expect(bytes.local).toBeNull();
    expect(bytes.fleet?.groups[0]?.spread?.typical).toBeGreaterThan(0);
    expect(bytes.truncated?.what).toContain('not kept of the past');
    const hash = state.stateHash();
    await state.close();
    berlin.state = await berlin.data.open();
    expect(berlin.state.stateHash()).toBe(hash);
    expect(berlin.state.engine.releases.newest).toEqual(release);
    await berlin.state.writeSnapshot();
    await berlin.state.close();
    berlin.state = await berlin.data.open();
    expect(berlin.state.stateHash()).toBe(hash);
    await connect(berlin, aggregator.port);
  });

  test('[FLEET-STAT-12] is found where the key holder puts it, newest first, and others are passed over', async () => {
    await writeFile(join(dir, 'berlin', 'note.json'), '{"no": "release"}');
    await writeFile(join(dir, 'berlin', 'release.json'), JSON.stringify(release));
    expect(await oslo.client.look(join(dir, 'berlin'))).toBeLessThanOrEqual(HOUR_MS / 4);
    expect(oslo.state.engine.releases.newest).toEqual(release);
    const faults = empty.data.faults.length;
    await empty.client.look(join(dir, 'nowhere'));
    await empty.client.look(join(dir, 'nowhere'));
    expect(empty.data.faults).toHaveLength(faults + 1);
    expect(empty.client.health()).toMatchObject({ outcome: 'taken', released_round: null });
  });
});

test('[FLEET-STAT-20] a file of releases that cannot be read keeps no other from being taken, and is told', async () => {
  const place = join(dir, 'several');
  await mkdir(place);
  await writeFile(join(place, '1.json'), JSON.stringify(release));
  await mkdir(join(place, '2.json'));
  await writeFile(join(place, '3.json'), Buffer.alloc(300_000, ' '));
  const { texts, problem } = await releasesAt(place);
  expect(texts).toEqual([JSON.stringify(release)]);
  expect(problem).toMatch(/[23]\.json.*, and 1 more; the others were read/);
  await oslo.client.look(place);
  expect(oslo.client.problem).toBe(problem);
  expect(oslo.state.engine.releases.newest).toEqual(release);
  await rm(join(place, '1.json'));
  await expect(releasesAt(place)).rejects.toMatchObject({ code: 'no_release' });
});

describe('[FLEET-STAT-15] the server of a site', () => {
  test('reports by itself, and tells of it', async () => {
    const { data, keys } = oslo;
    await oslo.state.close();
    await writeFile(
      join(data.dir, 'stance.yaml'),
      `fleet: { keys: ${keys}, aggregator: "http://127.0.0.1:${aggregator.port}", releases: ${dir}/release.json, allow_http: true }\nlisten: { port: 0 }\n`,
    );
    // A fleet that is simulated tells nobody anything: this one has only its configuration and its keys.
    await rm(join(data.dir, 'journal'), { recursive: true });
    await rm(join(data.dir, 'history.db'), { force: true });
    data.now = late(round);
    const config = loadConfig({ dir: data.dir, file: null, environment: [], flags: [] });
    await rm(join(data.dir, 'fleet-reports.json'));
    const options = { dir: data.dir, config, simulate: null, onProgress: quiet };
    const server = await serve(options, data.effects);
    try {
      const operations = await server.ready;
      const get = async (path: string) => (await fetch(`${server.url}${path}`)).json() as Promise<object>;
      await expect
        .poll(() => get('/healthz'), { timeout: 10_000 })
        .toMatchObject({
          status: 'ready',
          fleet: { round, outcome: 'refused', released_round: round },
        });
      // When the next report is due is known a moment later.
      const [here, there] = [await operations.fleet_status({}), await get('/v1/fleet/status')];
      expect({ ...here, next_report: null }).toEqual({ ...there, next_report: null });
      expect(await get('/v1/fleet/status')).toMatchObject({
        running: true,
        site: 'oslo',
        release: { round },
      });
      const { checks } = await operations.doctor({});
      expect(checks.find(({ check }) => check === 'fleet statistics')).toMatchObject({ state: 'warning' });
      const { left_the_machine: left } = await operations.privacy_report({});
      expect(left.site_reports).toEqual([
        expect.objectContaining({ round: `${round}`, to: `http://127.0.0.1:${aggregator.port}` }),
      ]);
      expect(await get('/v1/fleet/statistics?metric=bands')).toMatchObject({
        metric: 'bands',
        local: { groups: [] },
        fleet: { groups: [{ group: 'all', entities: 3 * DEVICES }] },
      });
      expect(await get('/v1/fleet/statistics?metric=bend')).toMatchObject({
        error: { code: 'invalid_arguments' },
      });
    } finally {
      await server.close();
      oslo.state = await data.open();
    }
  });
});

test('[FLEET-STAT-13] a Stance that is no site of a fleet sends nothing, and says so', async () => {
  const { data, state } = empty;
  const desk = await FleetDesk.open(null, { dir: join(data.dir, 'other'), state, now: data.effects.now });
  expect(await desk.status(null)).toMatchObject({ configured: false, reports: [], site: null });
  await expect(desk.importFile('x.json', 'test')).rejects.toThrow(/set fleet in its configuration/);
});
