import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DataDirectory } from '../app/data-directory.fixture.ts';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { createEngineView } from '../engine/index.ts';
import { type DeviceId, INPUTS, iso, type ToolName } from '../model/index.ts';
import { simulate } from '../operations/index.ts';
import { createPostureReader } from '../posture/index.ts';
import { loadKeys } from '../privacy/index.ts';
import { hashOf, openSnapshot } from '../snapshot/index.ts';
import { DerivedState, STATE_VERSION } from './derived-state.ts';

/**
 * Whole states as each version once wrote them, with their keys, which seal nothing else. Later releases read them as they
 * are. For a new STATE_VERSION a new one is kept beside them:
 * MAKE_STATE_FIXTURE=state-5 vitest run src/data-directory/state-fixture.test.ts --update
 */
const KEPT = [1, 2, 3, 4, 5];
const NOW = Date.UTC(2026, 4, 21);
const QUESTIONS: readonly (readonly [ToolName, object])[] = [
  ['get_fleet_posture', { detail: 'full' }],
  ['search_entities', { limit: 100, group_by: 'factor' }],
  ['list_anomalies', { detail: 'full', limit: 100 }],
  ['list_anomalies', { status: 'closed', limit: 100 }],
  ['explain_posture', {}],
];

const made = process.env['MAKE_STATE_FIXTURE'];
if (made !== undefined) await make(fileURLToPath(new URL(`fixtures/${made}`, import.meta.url)));

async function make(to: string): Promise<void> {
  const place = await DataDirectory.make();
  place.now = NOW;
  const state = await place.open();
  const fleet = { seed: 5, until: iso(NOW), days: 6, devices: 24 };
  await simulate(state, fleet, place.effects.now, () => undefined);
  const { engine } = state;
  const discovered = [...engine.directory.entities()].filter(
    (id): id is DeviceId =>
      id.startsWith('dev_') && engine.directory.profile(id)?.enrolment.state !== 'enrolled',
  );
  const [into, from] = discovered.length > 1 ? discovered : devicesOf(engine.directory.entities());
  if (into === undefined || from === undefined) throw new Error('nobody to merge');
  const word = { at: engine.now, actor: 'test', reason: null };
  await state.append({ kind: 'merge', from, into, ...word });
  const version = '2026.99';
  const profile = { ...engine.scoring, version };
  await state.append({ kind: 'profile', at: engine.now, actor: 'test', version, profile });
  await state.writeSnapshot();
  await state.close();
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const part of ['keys', 'snapshots'])
    cpSync(join(place.dir, part), join(to, part), { recursive: true });
  await place.remove();
}

/** Keys that others can read are refused, and a checkout makes them so. */
async function keptKeys(kept: string) {
  const place = mkdtempSync(join(tmpdir(), 'stance-keys-'));
  const dir = join(place, 'keys');
  mkdirSync(dir, { mode: 0o700 });
  for (const name of readdirSync(join(kept, 'keys'))) {
    cpSync(join(kept, 'keys', name), join(dir, name));
    chmodSync(join(dir, name), 0o600);
  }
  try {
    return await loadKeys(dir, () => {
      throw new Error('the keys are kept');
    });
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Written down anew, and read. */
function rewritten(state: DerivedState, keys: ConstructorParameters<typeof DerivedState>[0]): DerivedState {
  const again = new DerivedState(keys);
  again.load(WrittenState.of(state));
  return again;
}

function devicesOf(ids: Iterable<string>): DeviceId[] {
  return [...ids].filter((id): id is DeviceId => id.startsWith('dev_'));
}

test.each(KEPT)('[SNAP-13] a kept state of version %i is loaded whole, with its answers', async (version) => {
  const kept = fileURLToPath(new URL(`fixtures/state-${version}`, import.meta.url));
  const keys = await keptKeys(kept);
  const [file = ''] = readdirSync(join(kept, 'snapshots'));
  const snapshot = openSnapshot(join(kept, 'snapshots', file));
  const state = new DerivedState(keys);
  snapshot.load(state, () => undefined);
  snapshot.close();
  expect(snapshot.stateVersion).toBe(version);
  // The hash is over the form, too: that of an older one is told of its state as it is written now.
  const expected = version === STATE_VERSION ? snapshot.stateHash : hashOf(rewritten(state, keys));
  expect(hashOf(state)).toBe(expected);
  const { engine } = state;
  // What sleeps is an object from now on, and is said as before.
  for (const id of engine.directory.entities()) for (const each of engine.partitions) each.history(id);
  expect(hashOf(state)).toBe(expected);
  const now = createEngineView(engine);
  const views = {
    now,
    asOf: () => Promise.reject(new Error('no history')),
    changes: () => Promise.resolve([]),
  };
  const reader = createPostureReader(views, () => NOW);
  const answers = [];
  for (const [tool, input] of QUESTIONS)
    answers.push(await reader.ask(tool, INPUTS[tool].parse(input), 'test'));
  const sizes = {
    inventory: engine.directory.inventory.size,
    feeds: engine.feeds.size,
    policies: engine.decider.policies.length,
    sites: engine.sites.length,
    profile: engine.scoring.version,
    violations: engine.partitions.reduce((sum, { violations }) => sum + violations.count(engine.now), 0),
    anomalies: engine.partitions.reduce((sum, { anomalies }) => sum + [...anomalies.all()].length, 0),
    kinds: Object.fromEntries(
      ['dev_', 'usr_', 'wl_'].map((kind) => [
        kind,
        [...engine.directory.entities()].filter((id) => id.startsWith(kind)).length,
      ]),
    ),
  };
  await expect(
    `${JSON.stringify({ stateHash: snapshot.stateHash, sizes, answers }, null, 1)}\n`,
  ).toMatchFileSnapshot(join(kept, 'answers.json'));
});
