import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataDirectory, live, OFFICE, RETENTION } from '../../app/data-directory.fixture.ts';
import type { FleetState } from '../../data-directory/index.ts';
import { FleetDesk } from '../../fleet-statistics/index.ts';
import { Fetches } from '../../intel/index.ts';
import { HELD_FIELDS } from '../../privacy/index.ts';
import { eraseUsers } from './privacy.ts';
import { privacyReport } from './report.ts';
import { STORES } from './stores.ts';

let data: DataDirectory;
let state: FleetState;
let fleet: FleetDesk;
beforeAll(async () => {
  data = await DataDirectory.make();
  state = await data.open();
  await live(state, 0, OFFICE.length);
  await state.writeSnapshot();
  await writeFile(join(data.dir, 'stance.yaml'), '');
  const config = {
    keys: join(data.dir, '..', 'nowhere'),
    aggregator: new URL('https://sums.example.com'),
    releases: new URL('https://releases.example.com/newest.json?x=1'),
  };
  fleet = await FleetDesk.open(config, { dir: data.dir, state, now: () => data.now });
  const what = { round: 7, bytes: 65_649, sha256: 'ab'.repeat(32), devices: 312, at: data.now };
  const to = config.aggregator.origin;
  const destinations = [{ to, at: data.now, unanswered: 1 }];
  const sent = { tries: 1, problem: null, outcome: 'waiting', to, destinations } as const;
  await fleet.sent.note({ ...what, ...sent });
});
afterAll(async () => {
  await state.close();
  await data.remove();
});

const report = async () =>
  privacyReport(state, {
    outputs: [],
    fetches: await Fetches.open(data.dir),
    retention: RETENTION,
    fleet,
  });

describe('[PRIV-REPORT-2] the report', () => {
  test('tells every field that an event may have, once, and where it comes from', async () => {
    const { fields } = await report();
    const told = fields.map(({ event, field }) => `${event}.${field}`);
    expect(new Set(told).size).toBe(told.length);
    const held = Object.entries(HELD_FIELDS).flatMap(([event, names]) =>
      Object.keys(names).map((field) => `${event}.${field}`),
    );
    expect(told).toEqual(['every.time', 'every.provenance', ...held]);
    expect(fields.filter(({ sources }) => sources.length === 0)).toEqual([]);
    const account = fields.find(({ event, field }) => event === 'authentication' && field === 'account');
    expect(account).toMatchObject({ held_as: 'sealed_account' });
  });

  test('has a place for every file of a directory, and says for how long it is kept, and by what', async () => {
    const entries = await readdir(data.dir, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(data.dir.length + 1));
    expect(files.length).toBeGreaterThan(4);
    expect(files.filter((file) => !STORES.some((store) => store.files?.test(file)))).toEqual([]);
    const { stores } = await report();
    expect(stores.filter(({ kept, enforced_by }) => kept === '' || enforced_by === '')).toEqual([]);
    expect(stores.find(({ data_class }) => data_class === 'journal')?.kept).toMatch(/^30 days/);
  });

  test('tells what a site of a fleet sent, which is on disk before it leaves, and from where it fetched', async () => {
    const { fetched, site_reports } = (await report()).left_the_machine;
    const at = new Date(data.now).toISOString();
    expect(site_reports).toMatchObject([{ round: '7', to: 'https://sums.example.com', at }]);
    const releases = { feed: 'fleet releases', kind: 'https://releases.example.com', last: null };
    expect(fetched).toMatchObject([releases]);
    fleet.releasesFetchedAt = data.now;
    const again = (await report()).left_the_machine;
    expect(again.fetched).toMatchObject([{ ...releases, last: at }]);
  });

  test('says that people were erased, how many and by whom, and never who', async () => {
    const upn = 'user-of-10.0.0.2@example.com';
    const id = state.engine.userByAccount(upn) ?? '';
    const { known } = (await report()).users;
    await eraseUsers(
      state,
      data.keeper(state),
      { users: [upn], actor: 'test' },
      state.engine.now,
      () => undefined,
    );
    const after = await report();
    expect(after.users).toMatchObject({ known: known - 1, erasures: [{ actor: 'test', users: 1 }] });
    expect(JSON.stringify(after)).not.toContain(id);
  });
});
