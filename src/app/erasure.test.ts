import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Canaries } from '../../test/privacy/canaries.ts';
import { placesIn } from '../../test/privacy/places.ts';
import { createEngineView } from '../engine/index.ts';
import type { UserId } from '../model/index.ts';
import { readPolicies } from '../policy/index.ts';
import { DataDirectory, live, OFFICE, signInOf } from './data-directory.fixture.ts';
import type { FleetState } from './fleet-state.ts';
import { eraseUsers } from './privacy.ts';

const SARAH = 'user-of-10.0.0.2@example.com';
const REASON = 'because of the person in room four';
const DAY = 86_400_000;
const quiet = () => undefined;

let data: DataDirectory;
let state: FleetState;
beforeEach(async () => {
  data = await DataDirectory.make();
  state = await data.open();
  await live(state, 0, OFFICE.length);
  await sayThings();
});

/** Her password is guessed at, and operators say of her what they can. */
async function sayThings(): Promise<void> {
  for (let hour = 20; hour < 40; hour++) await signInOf(state, SARAH, hour, 'failure');
  const id = idOf(SARAH);
  const word = { at: state.engine.now, actor: 'test', reason: REASON } as const;
  const all = [...createEngineView(state.engine).anomalies()];
  const anomaly = all.find(({ entity }) => entity === id)?.id ?? '';
  expect(anomaly).toMatch(/^ano_/);
  const scope = { entity: id, tag: null, type: null, destination: null, port: null };
  await state.append({ kind: 'enrol', entities: [id], ...word });
  await state.append({
    kind: 'verdict',
    anomaly,
    status: 'acknowledged',
    verdict: null,
    remediated: false,
    ...word,
  });
  await state.append({ kind: 'suppress', scope, owner: 'soc', expiresAt: word.at + DAY, ...word });
  const window = { site: null, tag: null, entity: id };
  await state.append({ kind: 'maintenance', scope: window, from: word.at, to: word.at + DAY, ...word });
  await state.append({ kind: 'baseline_accept', entity: id, anomaly: null, ...word });
  const control = { framework: 'nist_csf', control: 'PR.AA-01', entity: id, owner: 'soc' } as const;
  await state.append({ kind: 'exception', ...control, expiresAt: word.at + DAY, ...word });
  expect(state.engine.compliance.count).toBe(1);
}
afterEach(async () => {
  await state.close();
  await data.remove();
});

function idOf(upn: string): UserId {
  const fingerprint = state.engine.keys.accountFingerprint(upn);
  const id = fingerprint === null ? null : state.engine.directory.userByFingerprint(fingerprint);
  if (id === null) throw new Error(`${upn} is nobody`);
  return id;
}

/** All that leads to a person: what to look for in bytes. */
function tracesOf(upn: string): Canaries {
  const traces = new Canaries();
  traces.place(upn, 'UPN');
  traces.place(idOf(upn), 'id');
  const fingerprint = state.engine.keys.accountFingerprint(upn);
  if (fingerprint === null) throw new Error('no fingerprint');
  traces.place(fingerprint, 'fingerprint');
  traces.placeBytes(Buffer.from(fingerprint, 'hex'), 'fingerprint in bytes');
  traces.place(REASON, 'what was said of it');
  return traces;
}

function found(traces: Canaries): string[] {
  const places = [...placesIn(data.dir)];
  return places.flatMap(({ where, bytes }) => traces.foundIn(bytes).map((each) => `${where}: ${each}`));
}

const erase = (...users: string[]) =>
  eraseUsers(state, null, { users, actor: 'test' }, state.engine.now, quiet);

async function reopened(): Promise<void> {
  await state.close();
  state = await data.open();
}

describe('an erased user', () => {
  test('[PRIV-ERASE-1] is found in no byte of the directory, and the others are there as before', async () => {
    await state.writeSnapshot();
    state.past.settle();
    const traces = tracesOf(SARAH);
    expect(found(traces).join('\n')).toMatch(/history[^]*journal[^]*snapshots/);
    const others = ['user-of-10.0.0.1@example.com', 'user-of-10.0.0.3@example.com'].map((upn) => [
      upn,
      idOf(upn),
    ]);
    await erase(SARAH);
    expect(found(traces)).toEqual([]);
    await reopened();
    expect(found(traces)).toEqual([]);
    expect(others.map(([upn = '']) => [upn, idOf(upn)])).toEqual(others);
    expect(() => idOf(SARAH)).toThrow('nobody');
  });

  test('[PRIV-ERASE-2] does not come back by a restart, a replay or a snapshot: the state is the same', async () => {
    await erase(idOf(SARAH));
    const hash = state.stateHash();
    await reopened();
    expect(state.stateHash()).toBe(hash);
    expect(state.engine.erasures.all).toMatchObject([{ actor: 'test', users: 1 }]);
    await signInOf(state, 'user-of-10.0.0.1@example.com', 99);
    const after = state.stateHash();
    await reopened();
    expect(state.stateHash()).toBe(after);
  });

  test('[PRIV-ERASE-2] is gone from a replay of every record, too', async () => {
    const id = idOf(SARAH);
    const copy = await DataDirectory.make();
    await state.append({ kind: 'erasure', at: state.engine.now, users: [id], actor: 'test' });
    await cp(join(data.dir, 'journal'), join(copy.dir, 'journal'), { recursive: true });
    await cp(join(data.dir, 'keys'), join(copy.dir, 'keys'), { recursive: true });
    const replayed = await copy.open();
    expect(replayed.stateHash()).toBe(state.stateHash());
    expect(replayed.engine.directory.profile(id)).toBeNull();
    await replayed.close();
    await copy.remove();
  });

  test('[PRIV-ERASE-3] who signs in again is somebody new, and no id is given twice', async () => {
    const before = [...createEngineView(state.engine).entities()].map(({ profile }) => profile.id);
    await erase(SARAH);
    await signInOf(state, SARAH, 100);
    expect(before).not.toContain(idOf(SARAH));
    await signInOf(state, 'somebody.else@example.com', 101);
    const ids = [...createEngineView(state.engine).entities()].map(({ profile }) => profile.id);
    expect(new Set(ids).size).toBe(ids.length);
    const hash = state.stateHash();
    await reopened();
    expect(state.stateHash()).toBe(hash);
  });

  test('[PRIV-ERASE-1] leaves the fleet of every instant as it would have been without them', async () => {
    state.past.settle();
    const { from, until } = state.past.span ?? { from: 0, until: 0 };
    const instants = [from, (from + until) / 2, until];
    const sums = (at: number) => state.past.history.asOf(Math.floor(at)).fleet.value;
    const entities = (at: number) =>
      [...state.past.history.asOf(Math.floor(at)).entities()].filter(({ picture }) => !picture.isEnrolled);
    await erase(SARAH);
    for (const at of instants) expect(sums(at).entities).toBe(entities(at).length);
    expect(sums(until)).toEqual(createEngineView(state.engine).fleet().value);
  });

  test('[PRIV-ERASE-4] is not erased while a policy in force names them; policies of before lose the id', async () => {
    const id = idOf(SARAH);
    const policy = `version: 1\npolicies:\n  - {id: pol_x, action: deny, mode: monitor, subject: {ids: [${id}]}, destination: {domains: [example.com]}}\n`;
    const file = readPolicies(policy);
    if (!file.ok) throw new Error(JSON.stringify(file));
    const at = state.engine.now;
    await state.append({ kind: 'policies', at, policies: file.policies, actor: 'test', reason: null });
    await expect(erase(SARAH)).rejects.toMatchObject({ code: 'not_done' });
    expect(idOf(SARAH)).toBe(id);
    const traces = tracesOf(SARAH);
    await state.append({ kind: 'policies', at, policies: [], actor: 'test', reason: null });
    await erase(SARAH);
    expect(found(traces)).toEqual([]);
  });

  test('is nobody of whom anything else was not known: a name that nobody has erases nobody', async () => {
    const hash = state.stateHash();
    await expect(erase(SARAH, 'nobody@example.com')).rejects.toMatchObject({ code: 'unknown_entity' });
    expect(state.stateHash()).toBe(hash);
    expect(idOf(SARAH)).toMatch(/^usr_/);
  });
});

test('[PRIV-ERASE-4] an erasure that a crash cut short is finished by the next start', async () => {
  const traces = tracesOf(SARAH);
  const users = [idOf(SARAH)];
  await state.writeSnapshot();
  const { noteOwed } = await import('./owed-erasure.ts');
  await noteOwed(data.dir, users);
  await state.append({ kind: 'erasure', at: state.engine.now, users, actor: 'test' });
  await reopened();
  expect(found(traces)).toEqual([]);
  expect(await readdir(data.dir)).not.toContain('erasure.json');
});

test('[PRIV-ERASE-4] one whose record did not come to the disk erases nobody', async () => {
  const users = [idOf(SARAH)];
  const { noteOwed } = await import('./owed-erasure.ts');
  await noteOwed(data.dir, users);
  await reopened();
  expect(idOf(SARAH)).toBe(users[0]);
  expect(await readdir(data.dir)).not.toContain('erasure.json');
});

test('[PRIV-ERASE-4] nothing is erased while the journal is being read', async () => {
  const reading = state.journal.read()[Symbol.asyncIterator]();
  await reading.next();
  await expect(erase(SARAH)).rejects.toMatchObject({ code: 'busy' });
  await reading.return?.(undefined);
  expect(idOf(SARAH)).toMatch(/^usr_/);
  await erase(SARAH);
});
