import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { DataDirectory } from '../../app/data-directory.fixture.ts';
import type { FleetState } from '../../data-directory/index.ts';
import {
  type Anomaly,
  ANOMALY_STATUSES,
  type AnomalyStatus,
  DAY_MS,
  iso,
  type JournalRecord,
  type Verdict,
  VERDICTS,
} from '../../model/index.ts';
import { OperationError } from '../../refusals/index.ts';
import { controlOperations } from '../control-operations.ts';
import type { OwnedOperations } from '../owned-operations.ts';
import { simulate } from '../simulation.ts';
import type { SuppressArgs, VerdictArgs } from './operations.ts';
import { verdictOn } from './verdicts.ts';

const NOW = Date.UTC(2026, 4, 21);
const DEVICE = 'dev_workstation_sarah_k';

let place: DataDirectory;
let state: FleetState;
let operations: OwnedOperations;
let records: number;

beforeAll(async () => {
  place = await DataDirectory.make();
  place.now = NOW;
  state = await place.open();
  await simulate(
    state,
    { seed: 5, until: iso(NOW), days: 15, devices: 24 },
    place.effects.now,
    () => undefined,
  );
  operations = await place.operations(state);
}, 60_000);
afterAll(async () => {
  await state.close();
  await place.remove();
});
beforeEach(() => {
  records = state.journal.length;
});

const said = { actor: 'soc-token', reason: 'known work' } as const;

function theAnomaly(): Anomaly {
  for (const { anomalies } of state.engine.partitions)
    for (const each of anomalies.all()) if (each.entity === DEVICE) return each;
  throw new Error('the simulated fleet has no movement');
}

/** Somebody of whom the simulated sensors tell nothing. */
function nobodysBaseline(): string {
  const { engine } = state;
  for (const id of engine.directory.entities())
    if ((engine.partitionOf(id).history(id)?.baseline?.daysWithData ?? 0) === 0) return id;
  throw new Error('everybody in the simulated fleet has a baseline');
}

/** What was said; each word stands after the clock record of its own instant. */
async function since(first: number): Promise<readonly JournalRecord[]> {
  const all: JournalRecord[] = [];
  for await (const batch of state.journal.read(first)) all.push(...batch.map(({ record }) => record));
  return all.filter(({ kind }) => kind !== 'clock');
}

function verdict(facts: Partial<VerdictArgs>): VerdictArgs {
  const nothing = { status: null, verdict: null, remediated: null };
  return { anomaly: theAnomaly().id, ...nothing, ...said, ...facts };
}

function suppression(facts: Partial<SuppressArgs>): SuppressArgs {
  const scope = { anomaly: null, entity: null, tag: null, type: null, destination: null, port: null };
  const rest = { owner: 'netops', until: null, days: 30, dry_run: false, look_back_days: 30 };
  return { ...scope, ...rest, ...said, ...facts };
}

describe('a verdict', () => {
  test('[ANOM-DOOR-1] is one record with actor and reason, and is shown with the anomaly', async () => {
    const shown = await operations.anomaly_verdict(verdict({ status: 'acknowledged' }));
    expect(await since(records)).toEqual([
      {
        kind: 'verdict',
        at: state.engine.now,
        anomaly: theAnomaly().id,
        status: 'acknowledged',
        verdict: null,
        remediated: false,
        ...said,
        saidAt: NOW,
      },
    ]);
    expect(shown).toMatchObject({ status: 'acknowledged', verdict: null, assignee: null });
    expect(shown.words.at(-1)).toMatchObject({ said: 'verdict', status: 'acknowledged', ...said });
    expect(await operations.anomaly_show({ anomaly: theAnomaly().id })).toEqual(shown);
  });

  test('[ANOM-DOOR-2] true_positive closes nothing and holds critical until it is remediated', async () => {
    const level = () => state.engine.partitionOf(DEVICE).standing(DEVICE)?.level;
    const confirmed = await operations.anomaly_verdict(verdict({ verdict: 'true_positive', reason: null }));
    expect(confirmed).toMatchObject({ status: 'acknowledged', verdict: 'true_positive', closed_at: null });
    expect(level()).toBe('critical');
    await expect(operations.anomaly_verdict(verdict({ status: 'closed' }))).rejects.toMatchObject({
      code: 'invalid_arguments',
      message: expect.stringContaining('remediated'),
    });
    const mended = await operations.anomaly_verdict(verdict({ remediated: true, reason: null }));
    expect(mended).toMatchObject({ status: 'closed', verdict: 'true_positive', remediated: true });
    expect(level()).not.toBe('critical');
    const again = await operations.anomaly_verdict(verdict({ verdict: 'true_positive' }));
    expect(again).toMatchObject({ status: 'closed', remediated: true });
  });

  test('[ANOM-DOOR-17] a mended one that is opened again holds again, and the same verdict does not close it', async () => {
    const level = () => state.engine.partitionOf(DEVICE).standing(DEVICE)?.level;
    const reopened = await operations.anomaly_verdict(verdict({ status: 'open' }));
    expect(reopened).toMatchObject({ status: 'open', verdict: 'true_positive', remediated: false });
    expect(level()).toBe('critical');
    const again = await operations.anomaly_verdict(verdict({ verdict: 'true_positive' }));
    expect(again).toMatchObject({ status: 'open', remediated: false, closed_at: null });
    await expect(
      operations.anomaly_verdict(verdict({ status: 'contained', remediated: true })),
    ).rejects.toMatchObject({
      message: '"status" was "contained"; allowed is closed, which "remediated" brings.',
    });
  });

  test('[ANOM-DOOR-17] one that an earlier release kept open as mended is not closed by its verdict', () => {
    const kept = { ...theAnomaly(), status: 'open', verdict: 'true_positive', remediated: true } as const;
    const outcome = verdictOn(kept, verdict({ verdict: 'true_positive' }));
    expect(outcome).toMatchObject({ status: 'open', remediated: false });
  });

  test('[ANOM-DOOR-16] said at once with another, takes nothing of it back', async () => {
    await operations.anomaly_verdict(verdict({ status: 'open', verdict: 'undetermined' }));
    await Promise.all([
      operations.anomaly_verdict(verdict({ verdict: 'true_positive' })),
      operations.anomaly_verdict(verdict({ status: 'acknowledged' })),
      operations.anomaly_assign({ anomaly: theAnomaly().id, to: 'soc-2', ...said }),
    ]);
    expect(theAnomaly()).toMatchObject({
      status: 'acknowledged',
      verdict: 'true_positive',
      assignee: 'soc-2',
    });
    const [closing, refused] = await Promise.allSettled([
      operations.anomaly_verdict(verdict({ verdict: 'expected' })),
      operations.anomaly_verdict(verdict({ remediated: true })),
    ]);
    expect([closing.status, refused.status]).toEqual(['fulfilled', 'rejected']);
  });

  test('[ANOM-DOOR-2] law: false or expected closes, and is never said without a reason; only a mended one closes', () => {
    const anyOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
    const known = fc
      .record({
        status: anyOf<AnomalyStatus>(...ANOMALY_STATUSES),
        verdict: anyOf<Verdict | null>(null, ...VERDICTS),
        remediated: fc.boolean(),
      })
      .map((facts) => ({ ...theAnomaly(), ...facts }));
    const asked = fc.record({
      status: anyOf<AnomalyStatus | null>(null, ...ANOMALY_STATUSES),
      verdict: anyOf<Verdict | null>(null, ...VERDICTS),
      remediated: anyOf(null, true, false),
      reason: anyOf(null, '', ' ', 'known work'),
    });
    const held = fc.check(
      fc.property(known, asked, (anomaly, word) => {
        const outcome = attempt(() => verdictOn(anomaly, verdict(word)));
        return outcome === null || isLawful(outcome, word);
      }),
      { numRuns: 500 },
    );
    expect(held).toMatchObject({ failed: false });
  });
});

type Outcome = ReturnType<typeof verdictOn>;

function isLawful(
  { status, verdict: outcome, remediated, reason }: Outcome,
  word: Pick<VerdictArgs, 'status' | 'verdict'>,
): boolean {
  const isDismissed = outcome === 'false_positive' || outcome === 'expected';
  const isClosedAsKnown = status === 'closed' && reason === 'known work';
  const isClosedAsMended = (status === 'closed') === remediated;
  return (
    (!isDismissed || isClosedAsKnown) &&
    (outcome === 'true_positive' ? isClosedAsMended : !remediated) &&
    (word.verdict === null || outcome === word.verdict) &&
    (word.status === null || status === word.status)
  );
}

/** `null` for what is refused. */
function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof OperationError && error.code === 'invalid_arguments') return null;
    throw error;
  }
}

describe('[ANOM-DOOR-11] what is refused names the field, what came and what is allowed, and leaves no record:', () => {
  const NOTHING = {};
  test.each<[string, () => Promise<unknown>, string]>([
    [
      'no verdict',
      () => operations.anomaly_verdict(verdict({})),
      'One of "verdict", "status", "remediated" is needed',
    ],
    [
      'no reason',
      () => operations.anomaly_verdict(verdict({ verdict: 'expected', reason: null })),
      '"reason" was not given',
    ],
    [
      'an unknown anomaly',
      () => operations.anomaly_show({ anomaly: `${theAnomaly().id.slice(0, -1)}_` }),
      `did you mean "`,
    ],
    [
      'a control of the terminal in a reason',
      () => operations.anomaly_verdict(verdict({ verdict: 'false_positive', reason: 'bad\u001B[31m' })),
      '"reason" was "bad\uFFFD[31m"',
    ],
    [
      'a break of lines in a reason',
      () => operations.anomaly_verdict(verdict({ verdict: 'false_positive', reason: 'two\nlines' })),
      '"reason" was "two\uFFFDlines"',
    ],
    [
      'a change of direction in a reason',
      () => operations.anomaly_verdict(verdict({ verdict: 'false_positive', reason: 'turned \u202Earound' })),
      '"reason" was "turned \uFFFDaround"',
    ],
    [
      'a mail address',
      () => operations.anomaly_assign({ anomaly: theAnomaly().id, to: 'ann@acme.example', ...said }),
      '"to" was "ann@acme.example"',
    ],
    [
      'a scope of a type alone',
      () => operations.suppress(suppression({ type: 'port_scan' })),
      'One of "entity", "tag", "destination" is needed',
    ],
    [
      'no expiry',
      () => operations.suppress(suppression({ entity: DEVICE, days: null })),
      'One of "days", "until" is needed',
    ],
    ['two years', () => operations.suppress(suppression({ entity: DEVICE, days: 730 })), '"days" was "730"'],
    [
      'an expiry that is past',
      () => operations.suppress(suppression({ entity: DEVICE, days: null, until: '2020-01-01T00:00:00Z' })),
      '"until" was "2020-01-01T00:00:00Z"',
    ],
    ['no owner', () => operations.suppress(suppression({ entity: DEVICE, owner: null })), '"owner"'],
    [
      'half of the world, IPv4-mapped',
      () => operations.suppress(suppression({ destination: '::ffff:0:0/97' })),
      '"destination" was "::ffff:0:0/97"',
    ],
    [
      'all that is ours as a destination, whoever does it',
      () => operations.suppress(suppression({ destination: '10.0.0.0/8', type: 'port_scan' })),
      '"destination" was "10.0.0.0/8"; allowed is a network of at least /24 within 10.',
    ],
    [
      '[SUPPRESS-8] the half of what is ours',
      () => operations.suppress(suppression({ destination: '10.0.0.0/9' })),
      'within 10.0.0.0/8, which is your own, unless "entity" or "tag" says whose',
    ],
    [
      'a path as a destination',
      () => operations.suppress(suppression({ destination: 'x.example/path' })),
      '"destination" was "x.example/path"',
    ],
    [
      'an unknown suppression',
      () => operations.unsuppress({ suppression: 'sup_x', ...said }),
      'no suppression "sup_x"',
    ],
    [
      'maintenance of nothing',
      () => operations.maintenance_add({ ...window, site: null }),
      'One of "site", "tag", "entity" is needed',
    ],
    [
      'maintenance of two things',
      () => operations.maintenance_add({ ...window, entity: DEVICE }),
      'only one of "site", "tag" and "entity"',
    ],
    [
      'a suppression that ends twice',
      () => operations.suppress(suppression({ entity: DEVICE, until: iso(NOW + DAY_MS) })),
      '"days" was "30"; allowed is nothing beside "until"',
    ],
    [
      '[ANOM-DOOR-13] a mistyped tag',
      () => operations.suppress(suppression({ tag: 'vidoe' })),
      'Nobody has the tag "vidoe"; did you mean "video"?',
    ],
    [
      '[ANOM-DOOR-13] maintenance of a tag that is like none',
      () => operations.maintenance_add({ ...window, site: null, tag: 'xyzzy-no-such-thing' }),
      'Nobody has the tag "xyzzy-no-such-thing"; there are ',
    ],
    [
      '[ANOM-DOOR-13] accepting what was never learnt',
      () => operations.baseline_accept({ entity: nobodysBaseline(), anomaly: null, ...said }),
      'has no baseline: nothing was learnt of it',
    ],
    [
      'maintenance of an unknown site',
      () => operations.maintenance_add({ ...window, site: 'moon' }),
      '"site" was "moon"; allowed is one of simulated',
    ],
    [
      'maintenance of two months',
      () => operations.maintenance_add({ ...window, to: iso(NOW + 60 * DAY_MS) }),
      '"to" was',
    ],
    [
      'accepting without a reason',
      () => operations.baseline_accept({ entity: DEVICE, anomaly: null, actor: 'x', reason: ' ' }),
      '"reason" was " "',
    ],
    [
      'an anomaly of somebody else',
      () => operations.baseline_accept({ entity: 'dev_sensor_hvac_b2', anomaly: theAnomaly().id, ...said }),
      '"anomaly"',
    ],
    [
      'taking back what was not accepted',
      () => operations.baseline_revert({ entity: DEVICE, ...said }),
      'nothing to revert',
    ],
  ])('%s', async (_, work, message) => {
    await expect(work()).rejects.toMatchObject({ message: expect.stringContaining(message), ...NOTHING });
    expect(state.journal.length).toBe(records);
  });
});

const window = {
  site: 'simulated',
  tag: null,
  entity: null,
  from: null,
  to: iso(NOW + DAY_MS),
  ...said,
} as const;

describe('a suppression', () => {
  test('[SUPPRESS-5] tried dry tells what it would have matched, and writes nothing', async () => {
    const hash = state.stateHash();
    const dry = await operations.suppress(
      suppression({ entity: DEVICE, owner: null, days: null, dry_run: true }),
    );
    expect(dry).toMatchObject({ dry_run: true, suppression: null, matched_total: 1 });
    expect(dry.matched).toMatchObject([{ id: theAnomaly().id, entity_id: DEVICE }]);
    const silent = { entity: 'dev_sensor_hvac_b2', dry_run: true } as const;
    const [day, moment] = await Promise.all(
      [1, 0.000_1].map((days) => operations.suppress(suppression({ ...silent, look_back_days: days }))),
    );
    expect(day?.matched).toMatchObject([{ type: 'unexpected_offline', status: 'open' }]);
    expect(moment?.matched).toEqual([]);
    expect(state.journal.length).toBe(records);
    expect(state.stateHash()).toBe(hash);
  });

  test('[SUPPRESS-4] [SUPPRESS-3] is made, listed with its matches, and removed; each a record', async () => {
    await operations.anomaly_verdict(verdict({ verdict: 'undetermined', status: 'open' }));
    const made = await operations.suppress(suppression({ anomaly: theAnomaly().id }));
    expect(made).toMatchObject({ closed: 1, matched_total: 1 });
    expect(theAnomaly()).toMatchObject({ status: 'closed', verdict: 'expected' });
    const { suppressions } = await operations.suppressions({});
    expect(suppressions).toEqual([made.suppression]);
    expect(suppressions).toMatchObject([
      {
        id: expect.stringMatching(/^sup_[0-9a-z]{10}$/),
        scope: { entity: DEVICE, type: 'lateral_movement_attempt' },
        owner: 'netops',
        matches: 0,
        last_match: null,
        ended_at: null,
        ...said,
      },
    ]);
    const id = made.suppression?.id ?? '';
    const removed = await operations.unsuppress({ suppression: id, ...said });
    expect(removed).toMatchObject({ id, ended_by: 'removal' });
    await expect(operations.unsuppress({ suppression: id, ...said })).rejects.toMatchObject({
      code: 'already_ended',
    });
    const kinds = (await since(records)).map((record) => record.kind);
    expect(kinds).toEqual(['verdict', 'suppress', 'unsuppress']);
  });
});

test('[MAINT-3] maintenance is planned, listed with its state, and removed; each a record', async () => {
  const made = await operations.maintenance_add(window);
  const later = { ...window, from: iso(NOW + 2 * DAY_MS), to: iso(NOW + 3 * DAY_MS) };
  const planned = await operations.maintenance_add(later);
  expect((await operations.maintenance_list({})).windows).toEqual([made, planned]);
  expect([made.state, planned.state]).toEqual(['under_way', 'planned']);
  await operations.maintenance_remove({ window: made.id, ...said });
  const removed = await operations.maintenance_remove({ window: planned.id, ...said });
  expect(removed).toMatchObject({ state: 'removed', held: 0, removed: { said_at: iso(NOW), ...said } });
  const { windows } = await operations.maintenance_list({});
  expect(windows).toMatchObject([removed, { id: made.id, state: 'removed' }]);
  await expect(operations.maintenance_remove({ window: made.id, ...said })).rejects.toMatchObject({
    code: 'already_ended',
  });
  const kinds = (await since(records)).map(({ kind }) => kind);
  expect(kinds).toEqual(['maintenance', 'maintenance', 'maintenance_remove', 'maintenance_remove']);
});

test('[ANOM-DOOR-18] what was said is shown with the clock on the wall beside the time of the data', async () => {
  const said_at = iso(NOW);
  const { words } = await operations.anomaly_verdict(verdict({ status: 'open', verdict: 'undetermined' }));
  expect(words.at(-1)).toMatchObject({ at: iso(state.engine.now), said_at });
  const { words: later } = await operations.anomaly_assign({
    anomaly: theAnomaly().id,
    to: 'soc-1',
    ...said,
  });
  expect(later.at(-1)).toMatchObject({ said: 'assign', said_at });
  const { suppression: made } = await operations.suppress(suppression({ entity: DEVICE }));
  expect(made).toMatchObject({ since: iso(state.engine.now), said_at, ended_said_at: null });
  expect(theAnomaly().words?.at(-1)).toMatchObject({ said: 'suppress', saidAt: NOW });
  const removed = await operations.unsuppress({ suppression: made?.id ?? '', ...said });
  expect(removed).toMatchObject({ said_at, ended_said_at: said_at });
  expect(await operations.maintenance_add(window)).toMatchObject({ said_at, removed: null });
  const years = suppression({ entity: DEVICE, days: null, until: '2036-05-21T09:00:00Z' });
  await expect(operations.suppress(years)).rejects.toMatchObject({
    message: expect.stringContaining("a year from the data's time"),
  });
});

test('[ANOM-DOOR-8] a baseline is accepted on record, and taken back', async () => {
  const accepted = await operations.baseline_accept({ entity: null, anomaly: theAnomaly().id, ...said });
  expect(accepted).toEqual({ entity_id: DEVICE, accepted: true, closed: [] });
  const reverted = await operations.baseline_revert({ entity: DEVICE, ...said });
  expect(reverted).toEqual({ entity_id: DEVICE, accepted: false, closed: [] });
  const kinds = (await since(records)).map(({ kind }) => kind);
  expect(kinds).toEqual(['baseline_accept', 'baseline_revert']);
});

test('[ANOM-DOOR-3] who looks after it is listed', async () => {
  await operations.anomaly_verdict(verdict({ status: 'open', verdict: 'undetermined' }));
  await operations.anomaly_assign({ anomaly: theAnomaly().id, to: 'soc-2', ...said });
  const listed = await operations.ask({
    tool: 'list_anomalies',
    input: { entity_id: DEVICE },
    asker: 'test',
  });
  expect(listed).toMatchObject({ ok: true, answer: { anomalies: [{ assignee: 'soc-2' }], suppressed: 0 } });
});

test('[ANOM-DOOR-4] an incident is asked for as a timeline with what is closed of it', async () => {
  const incident = theAnomaly().incidentId ?? '';
  expect(incident).toMatch(/^inc_/);
  await operations.anomaly_verdict(verdict({ verdict: 'false_positive' }));
  const listed = await operations.ask({
    tool: 'list_anomalies',
    input: { incident_id: incident },
    asker: 'test',
  });
  expect(listed).toMatchObject({
    answer: {
      anomalies: [{ id: theAnomaly().id, status: 'closed' }],
      incident: { incident_id: incident, severity: 'critical', active: false, open_anomalies: 0 },
    },
  });
});

test.each([
  [{ entity_id: 'dev_workstation_sarah_j' }, 'unknown_entity', DEVICE],
  [{ incident_id: 'inc_nothing' }, 'unknown_incident', 'inc_nothing'],
  [{ cursor: 'page two' }, 'invalid_input', 'next_cursor'],
])('[ANOM-DOOR-13] a list of %j is refused with what to do', async (input, code, told) => {
  const listed = await operations.ask({ tool: 'list_anomalies', input, asker: 'test' });
  expect(listed).toMatchObject({ ok: false, problem: { code } });
  expect(JSON.stringify(listed)).toContain(told);
});

test('[ANOM-DOOR-11] a thin client is told which argument is wrong, and what came', async () => {
  const control = controlOperations(async () => operations);
  const asked = control.anomaly_verdict({ anomaly: 'x', verdict: 'maybe', actor: 'x' }, () => undefined);
  await expect(asked).rejects.toMatchObject({
    code: 'invalid_arguments',
    message: expect.stringMatching(/^"verdict" was "maybe"; allowed is one of .*true_positive/),
  });
});

test('[ANOM-DOOR-1] after a restart everything stands as it was said, and a replay has the same hash', async () => {
  await operations.suppress(suppression({ tag: 'outdoor' }));
  await operations.maintenance_add({ ...window, site: null, tag: 'outdoor' });
  const before = { hash: state.stateHash(), words: theAnomaly().words };
  await state.writeSnapshot();
  await operations.anomaly_assign({ anomaly: theAnomaly().id, to: null, ...said });
  const after = state.stateHash();
  await state.close();
  state = await place.open();
  expect(state.stateHash()).toBe(after);
  expect(after).not.toBe(before.hash);
  expect(theAnomaly().words?.slice(0, -1)).toEqual(before.words);
  operations = await place.operations(state);
  expect((await operations.suppressions({})).suppressions.at(0)).toMatchObject({ scope: { tag: 'outdoor' } });
});

test.each([
  ['Example.com.', 'example.com'],
  ['bücher.de', 'xn--bcher-kva.de'],
  ['10.0.0.0/24', '10.0.0.0/24'],
])('[SUPPRESS-6] the destination %s is meant as evidence has it, %s', async (destination, meant) => {
  const { suppression: made } = await operations.suppress(suppression({ destination, type: 'beaconing' }));
  expect(made?.scope.destination).toBe(meant);
});

test('[SUPPRESS-8] one segment of what is ours may be meant whoever does it, and how many that are is said', async () => {
  const asked = suppression({ destination: '10.0.7.0/24', days: null, dry_run: true });
  const { entities } = await operations.suppress(asked);
  expect(entities).toBe([...state.engine.directory.entities()].length);
  const { entities: tagged } = await operations.suppress({ ...asked, tag: 'video' });
  expect(tagged).toBeGreaterThan(0);
  expect(tagged).toBeLessThan(entities);
  expect(await operations.suppress({ ...asked, entity: DEVICE })).toMatchObject({ entities: 1 });
});

test('[SUPPRESS-6] all that is ours may be meant of one entity', async () => {
  const args = suppression({ destination: '10.0.0.0/8', entity: DEVICE, dry_run: true });
  expect(await operations.suppress(args)).toMatchObject({ dry_run: true });
});
