import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DataDirectory } from '../../app/data-directory.fixture.ts';
import type { FleetState } from '../../data-directory/index.ts';
import {
  type ComplianceEvidence,
  ComplianceReport,
  connectionAt,
  DAY_MS,
  type Event,
  FRAMEWORKS,
  INPUTS,
  iso,
} from '../../model/index.ts';
import { controlOperations } from '../control-operations.ts';
import type { OwnedOperations } from '../owned-operations.ts';
import { simulate } from '../simulation.ts';
import type { AttestArgs, ExceptArgs } from './operations.ts';

const NOW = Date.UTC(2026, 4, 21);
const quiet = (): void => undefined;

let place: DataDirectory;
let state: FleetState;
let operations: OwnedOperations;

beforeAll(async () => {
  place = await DataDirectory.make();
  place.now = NOW;
  state = await place.open();
  await simulate(state, { seed: 5, until: iso(NOW), days: 15, devices: 24 }, place.effects.now, quiet);
  operations = await place.operations(state);
}, 60_000);
afterAll(async () => {
  await state.close();
  await place.remove();
});

async function evidence(input: object, of = operations): Promise<ComplianceEvidence> {
  const parsed = INPUTS.get_compliance_evidence.parse(input);
  const outcome = await of.reader.ask('get_compliance_evidence', parsed, 'test');
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return outcome.answer;
}

/** Those who moved sideways, of a control that asks for segregation. */
function movers({ controls: [control] }: ComplianceEvidence) {
  return control?.entities?.filter(({ factors }) => factors.includes('lateral_movement_attempt')) ?? [];
}

async function refusal(input: object): Promise<string> {
  const parsed = INPUTS.get_compliance_evidence.parse(input);
  const outcome = await operations.reader.ask('get_compliance_evidence', parsed, 'test');
  if (outcome.ok) throw new Error('it was answered');
  return outcome.problem.message;
}

async function stateOf(framework: string, control: string): Promise<string | undefined> {
  const { controls } = await evidence({ framework, control });
  return controls[0]?.state;
}

const said = { owner: 'ciso', reason: 'ISMS-112', until: null, days: 30, actor: 'soc-token' } as const;
const attest = (more: Partial<AttestArgs>) =>
  operations.compliance_attest({ framework: 'nis2', control: '10.2', says: 'met', ...said, ...more });
const except = (more: Partial<ExceptArgs>) =>
  operations.compliance_except({ framework: 'nis2', control: '6.8', entity: null, ...said, ...more });

/** The events of the journal with these of the sensor's own ids. */
async function eventsOf(uids: ReadonlySet<string>): Promise<readonly Event[]> {
  const found: Event[] = [];
  for await (const batch of state.journal.read()) {
    for (const { record } of batch) {
      if (record.kind !== 'events') continue;
      const { rows } = record.connections ?? {};
      const talks = Array.from({ length: rows?.count ?? 0 }, (_, row) => rows && connectionAt(rows, row));
      for (const event of [...record.events, ...talks])
        if (event !== undefined && uids.has(event.provenance.uid ?? '')) found.push(event);
    }
  }
  return found;
}

describe('[COMPL-10] the state of a control', () => {
  test('is traced down to single events of the journal', async () => {
    const answer = await evidence({ framework: 'iso_27001', control: 'A.8.22', detail: 'full' });
    const [control] = answer.controls;
    expect(control?.state).toBe('non_compliant');
    const failed = control?.tests?.find(({ signal }) => signal === 'segregation');
    expect(failed).toMatchObject({ outcome: 'failed', failing: 1 });
    expect(movers(answer)).toHaveLength(1);
    const [worst] = movers(answer);
    const sinces = control?.entities?.map(({ since }) => since).sort();
    expect(control?.since).toBe(sinces?.[0]);
    const uids = new Set(worst?.evidence.flatMap(({ uid }) => uid ?? []));
    expect(uids.size).toBeGreaterThan(0);
    const events = await eventsOf(uids);
    expect(new Set(events.map(({ provenance }) => provenance.uid))).toEqual(uids);
    const device = worst?.entity_id ?? '';
    for (const event of events) {
      const address = 'from' in event ? event.from?.address : undefined;
      if (address === undefined) throw new Error(`a ${event.kind} has nobody who did it`);
      expect(state.engine.directory.holdersOf(address, event.time)).toContain(device);
    }
  });

  test('has numbers that a count of the entities gives again', async () => {
    for (const framework of FRAMEWORKS) {
      const report = ComplianceReport.parse(
        await operations.compliance_report({ framework, format: 'json', as_of: null }),
      );
      for (const { tests = [] } of report.controls) {
        for (const { factors = {} } of tests) {
          for (const [factor, count] of Object.entries(factors)) {
            const search = INPUTS.search_entities.parse({ factor });
            const outcome = await operations.reader.ask('search_entities', search, 'test');
            expect([factor, outcome.ok && outcome.answer.total]).toEqual([factor, count]);
          }
        }
      }
    }
  }, 60_000);

  test('is rolled up the same in the fleet’s answer, in the tool and in the report', async () => {
    const fleet = await operations.reader.ask('get_fleet_posture', {}, 'test');
    for (const framework of FRAMEWORKS) {
      const { state: told, counts, total } = await evidence({ framework });
      const report = ComplianceReport.parse(
        await operations.compliance_report({ framework, format: 'json', as_of: null }),
      );
      expect(fleet.ok && fleet.answer.compliance[framework]).toBe(told);
      expect([report.state, report.counts]).toEqual([told, counts]);
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total);
    }
  });

  test('is not assessed of an empty fleet', async () => {
    const other = await DataDirectory.make();
    const empty = await other.open();
    const { state: told, counts } = await evidence({ framework: 'nis2' }, await other.operations(empty));
    expect([told, counts.not_assessed]).toEqual(['not_assessed', 49]);
    await empty.close();
    await other.remove();
  });
});

describe('[COMPL-11] the tool', () => {
  test('pages through the controls, each once, those first that need somebody', async () => {
    const seen: string[] = [];
    const states: string[] = [];
    let cursor: string | undefined;
    do {
      const page: ComplianceEvidence = await evidence({ framework: 'nist_csf', limit: 7, cursor });
      seen.push(...page.controls.map(({ control }) => control));
      states.push(...page.controls.map((control) => control.state));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(106);
    expect(seen).toHaveLength(106);
    expect(states[0]).toBe('non_compliant');
    expect(states.indexOf('not_assessed')).toBeGreaterThan(states.lastIndexOf('partial'));
  });

  test('pages through those who fail in one control, each once', async () => {
    const all = await evidence({ framework: 'iso_27001', control: 'A.8.22', limit: 100 });
    const wanted = all.controls[0]?.entities?.map((each) => each.entity_id) ?? [];
    expect(wanted.length).toBeGreaterThan(2);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await evidence({ framework: 'iso_27001', control: 'A.8.22', limit: 1, cursor });
      seen.push(...(page.controls[0]?.entities?.map((each) => each.entity_id) ?? []));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(wanted);
  });

  test('takes a group, and a state', async () => {
    const group = await evidence({ framework: 'nis2', control: '21.2.e', limit: 100 });
    expect(group.controls.every(({ groups }) => groups.includes('21.2.e'))).toBe(true);
    expect(group.total).toBe(13);
    const open = await evidence({ framework: 'nis2', state: 'non_compliant', limit: 100 });
    expect(open.total).toBe(open.counts['non_compliant']);
  });

  test('keeps to the budgets of the contract', async () => {
    const tokens = (answer: object) => JSON.stringify(answer).length / 4;
    for (const framework of FRAMEWORKS) {
      expect(tokens(await evidence({ framework }))).toBeLessThan(1_500);
      expect(tokens(await evidence({ framework, limit: 100, detail: 'full' }))).toBeLessThan(20_000);
    }
    for (const control of ['A.8.8', 'A.8.22', 'A.8.16'])
      expect(tokens(await evidence({ framework: 'iso_27001', control }))).toBeLessThan(1_500);
  });

  test('refuses what is no control, and a cursor that is none', async () => {
    expect(await refusal({ framework: 'nis2', control: 'A.8.8' })).toMatch(
      /"control" is none of nis2; allowed/,
    );
    expect(await refusal({ framework: 'nis2', cursor: 'x' })).toMatch(/"cursor" is none/);
  });
});

describe('[COMPL-12] what a person says of a control', () => {
  test('stands in the journal with who, why and until when, and holds at once', async () => {
    expect(await stateOf('nis2', '10.2')).toBe('not_assessed');
    const made = await attest({});
    expect(await stateOf('nis2', '10.2')).toBe('compliant');
    expect(made).toMatchObject({ says: 'met', owner: 'ciso', actor: 'soc-token', reason: 'ISMS-112' });
    expect(Date.parse(made.expires_at) - Date.parse(made.said_at ?? '')).toBe(30 * DAY_MS);
    const { controls } = await evidence({ framework: 'nis2', control: '10.2' });
    expect(controls[0]?.words?.map(({ id }) => id)).toEqual([made.id]);
    expect(controls[0]?.since).toBe(made.since);
    await operations.compliance_withdraw({ word: made.id, actor: 'soc-token', reason: null });
    expect(await stateOf('nis2', '10.2')).toBe('not_assessed');
    const kinds: string[] = [];
    for await (const batch of state.journal.read()) kinds.push(...batch.map(({ record }) => record.kind));
    expect(kinds.slice(-4)).toEqual(['clock', 'attestation', 'clock', 'compliance_withdrawal']);
  });

  test('[COMPL-17] lasts by the later of both clocks, and says when it was said', async () => {
    place.now = NOW + 36 * DAY_MS;
    try {
      const [yesterday, inAYear] = [iso(place.now - DAY_MS), iso(place.now + 365 * DAY_MS)];
      await expect(attest({ days: null, until: yesterday })).rejects.toThrow(/an end after 2026-06-26/);
      const made = await attest({ days: null, until: inAYear });
      expect(made).toMatchObject({ expires_at: inAYear, said_at: iso(place.now) });
      expect(Date.parse(made.since)).toBeLessThan(NOW + DAY_MS);
      const { expires_at } = await except({ days: 30 });
      expect(expires_at).toBe(iso(place.now + 30 * DAY_MS));
      for (const { id, ended_at } of (await operations.compliance_words({})).words)
        if (ended_at === null) await operations.compliance_withdraw({ word: id, actor: 'soc', reason: null });
    } finally {
      place.now = NOW;
    }
  });

  test('as an exception of one entity takes it out by any of its ids, and shows it', async () => {
    const before = await evidence({ framework: 'nis2', control: '6.8' });
    const failing = movers(before)[0];
    const made = await except({ entity: failing?.entity_id ?? '' });
    const after = await evidence({ framework: 'nis2', control: '6.8' });
    expect(movers(after)[0]).toMatchObject({ entity_id: failing?.entity_id, excepted: true });
    expect(after.controls[0]?.tests?.find(({ signal }) => signal === 'segregation')).toMatchObject({
      failing: movers(before).length,
      excused: 1,
    });
    await operations.compliance_withdraw({ word: made.id, actor: 'soc-token', reason: 'mended' });
  });

  test.each([
    [{ owner: null }, /"owner" was not given; allowed is a short name/],
    [{ owner: 'sarah.k@acmecorp.com' }, /"owner"/],
    [{ reason: '  ' }, /"reason" .* an attestation needs one/],
    [{ days: null }, /One of "days", "until" is needed/],
    [{ until: '2026-06-01T00:00:00Z' }, /"days" .* it ends once/],
    [{ days: 400 }, /"days" was "400"; allowed is an end after .* a year from the later of/],
    [{ control: '6.99' }, /"control" was "6.99"; allowed is a control of nis2/],
  ] as const)('%o is refused in plain words', async (more, message) => {
    await expect(attest(more)).rejects.toThrow(message);
  });

  test('is taken back once, and only where it was said', async () => {
    const withdraw = (word: string) => operations.compliance_withdraw({ word, actor: 'soc', reason: null });
    await expect(withdraw('att_nothing')).rejects.toThrow(
      /There is no attestation or exception "att_nothing"/,
    );
    const made = await attest({ control: '10.3' });
    await withdraw(made.id);
    await expect(withdraw(made.id)).rejects.toThrow(/ended at .* already/);
  });

  test('through a thin client is read as strictly', async () => {
    const control = controlOperations(() => Promise.resolve(operations));
    const asked = {
      framework: 'nis2',
      control: '10.2',
      owner: 'hr',
      reason: 'HR-7',
      days: 5,
      actor: 'hr-token',
    };
    await expect(control.compliance_attest({ ...asked, says: 'perhaps' }, quiet)).rejects.toThrow(/"says"/);
    const made = (await control.compliance_attest(asked, quiet)) as { id: string; says: string };
    expect(made.says).toBe('met');
    await control.compliance_withdraw({ word: made.id, actor: 'hr-token' }, quiet);
    const words = await operations.compliance_words({});
    expect(words.words.find(({ id }) => id === made.id)?.ended_by).toBe('withdrawal');
  });
});

test('[COMPL-13] a report is the same after a restart, and as of then after more was said', async () => {
  const report = async (of: OwnedOperations, asOf: string | null) =>
    ComplianceReport.parse(await of.compliance_report({ framework: 'nis2', format: 'json', as_of: asOf }));
  const kept = await attest({ control: '8.1' });
  const before = await report(operations, null);
  const hash = state.engine.stateHash();
  const later = state.engine.now + DAY_MS;
  await state.append({ kind: 'clock', at: later });
  await attest({ control: '8.2' });
  const after = await report(operations, null);
  expect(after.counts['compliant']).toBe((before.counts['compliant'] ?? 0) + 1);

  const then = await report(operations, before.as_of);
  const states = ({ controls }: ComplianceReport) =>
    controls.map(({ control, state: told, since }) => ({ control, told, since }));
  expect(states(then)).toEqual(states(before));
  expect(then.counts).toEqual(before.counts);
  expect(then.truncated?.what).toMatch(/not kept of the past/);

  expect(state.engine.stateHash()).not.toBe(hash);
  const hashBefore = state.engine.stateHash();
  await state.close();
  state = await place.open();
  operations = await place.operations(state);
  expect(state.engine.stateHash()).toBe(hashBefore);
  expect(await report(operations, null)).toEqual(after);
  // A snapshot holds them too.
  await state.writeSnapshot();
  await state.close();
  state = await place.open();
  operations = await place.operations(state);
  expect(state.engine.compliance.get(kept.id)?.ended).toBeNull();
  expect(await report(operations, null)).toEqual(after);
}, 60_000);

test('[COMPL-14] an attestation runs out by the time of the data alone', async () => {
  const made = await attest({ control: '9', days: 1 });
  await state.append({ kind: 'clock', at: Date.parse(made.expires_at) });
  const { controls } = await evidence({ framework: 'nis2', control: '9' });
  expect(controls[0]?.gaps.join()).toContain(`its attestation ran out at ${made.expires_at}`);
});
