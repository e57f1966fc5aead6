import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataDirectory } from '../../app/data-directory.fixture.ts';
import type { FleetState } from '../../data-directory/index.ts';
import { type EntityId, iso, type JournalRecord } from '../../model/index.ts';
import { readPolicies } from '../../policy/index.ts';
import type { OwnedOperations } from '../owned-operations.ts';
import { simulate } from '../simulation.ts';
import { checkPolicies } from './policies.ts';

const NOW = Date.UTC(2026, 4, 21);
const EXAMPLES = new URL('../../../examples/policies.yaml', import.meta.url).pathname;

let place: DataDirectory;
let state: FleetState;
let operations: OwnedOperations;

beforeAll(async () => {
  place = await DataDirectory.make();
  place.now = NOW;
  state = await place.open();
  const request = { seed: 5, until: iso(NOW), days: 15.5, devices: 24 };
  await simulate(state, request, place.effects.now, () => undefined);
  operations = await place.operations(state);
}, 120_000);
afterAll(async () => {
  await state.close();
  await place.remove();
});

async function file(name: string, content: unknown): Promise<string> {
  const path = join(place.dir, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function lastRecord(): Promise<JournalRecord | undefined> {
  const all: JournalRecord[] = [];
  for await (const batch of state.journal.read(state.journal.length - 1)) {
    all.push(...batch.map(({ record }) => record));
  }
  return all.at(-1);
}

describe('[POLICY-DRYRUN-1] what policies would have decided', () => {
  test('of all connections that are kept, by device, with examples; nothing is written', async () => {
    const before = [state.journal.length, state.stateHash()];
    const shares: (number | null)[] = [];
    const result = await operations.policy_dry_run({ paths: [EXAMPLES] }, ({ share }) => shares.push(share));
    expect([state.journal.length, state.stateHash()]).toEqual(before);
    expect(shares.length).toBeGreaterThan(10);
    const lateral = result.policies.find(({ policy_id }) => policy_id === 'pol_no_lateral_movement');
    expect(lateral).toMatchObject({ action: 'deny', devices_total: 1 });
    expect(lateral?.denied).toBe(lateral?.matched);
    expect(lateral?.devices[0]?.device_id).toBe('dev_workstation_sarah_k');
    expect(lateral?.examples[0]).toMatchObject({ device_id: 'dev_workstation_sarah_k', protocol: 'tcp' });
    const matched = result.policies.reduce((sum, each) => sum + each.denied, 0);
    expect(matched).toBe(result.denied);
    expect(result.denied).toBe(result.denied_now + result.newly_denied - result.no_longer_denied);
  });

  test('of those that are in force: what they decide now', async () => {
    const {
      revision: _,
      applied_at,
      said_at: _said,
      actor,
      reason,
      enforcement,
      warnings: _none,
      ...inForce
    } = await operations.policy_list({});
    expect([applied_at, actor, reason, enforcement.length]).toEqual([
      expect.any(String),
      'simulator',
      null,
      inForce.policies.length,
    ]);
    const path = await file('in-force.json', inForce);
    const result = await operations.policy_dry_run({ paths: [path] }, () => undefined);
    expect(result).toMatchObject({
      newly_denied: 0,
      no_longer_denied: 0,
      denied: result.denied_now,
      covered: result.covered_now,
    });
    expect(result.covered).toBeGreaterThan(result.connections / 2);
  });
});

describe('[POLICY-PROPOSE-3] a proposal', () => {
  test('rests on established baselines, is sound, and would break next to nothing of what its kind does', async () => {
    const proposed = await operations.policy_propose({ kind: 'ip_camera' }, () => undefined);
    const [kind] = proposed.about.kinds;
    expect(kind).toMatchObject({ kind: 'ip_camera', refused: null });
    expect(kind?.established).toBeGreaterThanOrEqual(3);
    const path = await file('proposed.yaml', proposed.yaml);
    expect(await checkPolicies([path])).toMatchObject({ ok: true, policies: proposed.policies.length });
    const tried = await operations.policy_dry_run({ paths: [path] }, () => undefined);
    const [rest, allowed] = [
      tried.policies.filter(({ action }) => action === 'deny'),
      tried.policies.filter(({ action }) => action === 'allow'),
    ].map((each) => each.reduce((sum, { matched }) => sum + matched, 0));
    expect(allowed).toBeGreaterThan(100);
    expect(rest).toBeLessThan((allowed ?? 0) / 20);
    const { yaml, ...asJson } = proposed;
    const fromJson = readPolicies(JSON.stringify(asJson));
    const fromYaml = readPolicies(yaml);
    expect(fromJson).toEqual(fromYaml);
  });

  test('of a kind that nobody is of is refused with the nearest', async () => {
    await expect(operations.policy_propose({ kind: 'ip_camara' }, () => undefined)).rejects.toMatchObject({
      code: 'unknown_kind',
      message: expect.stringContaining('ip_camera'),
    });
  });
});

test('[POLICY-RECOMMEND-1] who is established and not confined has the recommendation, and its evidence', () => {
  const { engine } = state;
  const factorsOf = (id: EntityId) => engine.partitionOf(id).factors(id);
  const recommended = (id: EntityId) =>
    factorsOf(id).find(({ name }) => name === 'least_privilege_not_enforced') ?? null;
  const found: Record<string, boolean[]> = {};
  for (const id of engine.directory.entities()) {
    const { kind = null, shared = 'no' } = engine.directory.profile(id) ?? {};
    const baseline = engine.partitionOf(id).history(id)?.baseline ?? null;
    const establishedAt = baseline === null ? null : baseline.establishedAt(null, engine.now);
    if (kind === null || shared !== 'no' || establishedAt === null) continue;
    (found[kind] ??= []).push(recommended(id) !== null);
  }
  expect(new Set(found['ip_camera'])).toEqual(new Set([false]));
  expect(new Set(found['workstation'])).toEqual(new Set([true]));
  expect(recommended('dev_workstation_sarah_k')?.evidence[0]).toMatchObject({ subject: 'workstation' });
});

describe('[POLICY-APPLY-1] policies are put in force whole, on record with actor and reason', () => {
  test('from files', async () => {
    const { revision } = await operations.policy_list({});
    const args = { paths: [EXAMPLES], actor: 'test', reason: ' cameras moved ' };
    expect(await operations.policy_apply(args)).toEqual({
      policies: 3,
      revision: revision + 1,
      changed: true,
      warnings: [],
    });
    expect(await lastRecord()).toMatchObject({ kind: 'policies', actor: 'test', reason: 'cameras moved' });
    const records = state.journal.length;
    expect(await operations.policy_apply(args)).toEqual({
      policies: 3,
      revision: revision + 1,
      changed: false,
      warnings: [],
    });
    expect(state.journal.length).toBe(records);
    expect(await operations.policy_list({})).toMatchObject({
      revision: revision + 1,
      reason: 'cameras moved',
    });
  });

  test('as objects, with groups', async () => {
    const put = await operations.policy_put({
      groups: { eyes: { kinds: ['ip_camera'] } },
      policies: [{ id: 'pol_a', action: 'deny', mode: 'monitor', subject: { groups: ['eyes'] } }],
      reason: 'a trial',
      actor: 'soc-token',
    });
    expect(put).toMatchObject({ policies: 1, changed: true });
    expect(await operations.policy_list({})).toMatchObject({
      groups: { eyes: { kinds: ['ip_camera'] } },
      policies: [{ id: 'pol_a', subject: { groups: ['eyes'] } }],
      actor: 'soc-token',
      reason: 'a trial',
    });
  });

  test('[POLICY-STRAY-1] names that mean nobody here are told by check, apply and list, and refused nowhere', async () => {
    const path = await file('typos.json', {
      groups: { eyes: { ids: ['dev_nobody'] } },
      policies: [
        {
          id: 'pol_typo',
          action: 'deny',
          mode: 'enforce',
          subject: { sites: ['berlln'], kinds: ['ip_camra'] },
        },
        { id: 'pol_group', action: 'deny', mode: 'enforce', subject: { groups: ['eyes'] } },
        { id: 'pol_group_too', action: 'deny', mode: 'enforce', destination: { groups: ['eyes'] } },
        { id: 'pol_sound', action: 'deny', mode: 'enforce', subject: { kinds: ['ip_camera'] } },
        {
          id: 'pol_except',
          action: 'deny',
          mode: 'enforce',
          destination: { except: { labels: ['app=web'] } },
        },
      ],
    });
    const warnings = [
      'pol_except: destination.except.labels: nobody here is known by "app=web"',
      'group eyes.ids: nobody here is known by "dev_nobody"',
      'pol_typo: subject.kinds: nobody here is known by "ip_camra"; did you mean "ip_camera"?',
      expect.stringContaining('pol_typo: subject.sites: nobody here is known by "berlln"'),
      'pol_group: is about nobody who is known here',
      'pol_typo: is about nobody who is known here',
    ];
    const expected = { warnings: expect.arrayContaining(warnings) };
    const checked = await operations.policy_check({ paths: [path] });
    expect(checked).toMatchObject({ ok: true, ...expected });
    expect(checked.warnings).toHaveLength(warnings.length);
    expect(await checkPolicies([path])).not.toHaveProperty('warnings');
    expect(await operations.policy_apply({ paths: [path], actor: 'test', reason: null })).toMatchObject(
      expected,
    );
    expect(await operations.policy_list({})).toMatchObject(expected);
    const back = {
      policies: [{ id: 'pol_a', action: 'deny', mode: 'monitor' }],
      actor: 'test',
      reason: null,
    };
    expect(await operations.policy_put(back)).toMatchObject({ warnings: [] });
  });

  test('one mistake and the old ones stay', async () => {
    const records = state.journal.length;
    const path = await file(
      'broken.yaml',
      'policies:\n  - id: pol_a\n    action: block\n    mode: enforce\n',
    );
    await expect(
      operations.policy_apply({ paths: [EXAMPLES, path], actor: 'test', reason: null }),
    ).rejects.toMatchObject({
      code: 'invalid_policies',
      message: expect.stringContaining(`${path}:3 policies[0].action`),
    });
    await expect(
      operations.policy_put({ policies: [{ id: 'a' }], actor: 'test', reason: null }),
    ).rejects.toMatchObject({
      code: 'invalid_arguments',
      message: expect.stringContaining('"policies[0].id"'),
    });
    expect(state.journal.length).toBe(records);
    expect(state.engine.decider.policies.map(({ id }) => id)).toEqual(['pol_a']);
  });
});
