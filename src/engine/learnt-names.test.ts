import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstDifference } from '../columns/going-on.fixture.ts';
import { type Address, DAY_MS, type Event } from '../model/index.ts';
import { dns, HQ, sealed, START } from './engine-harness.fixture.ts';
import { LearntNamesByKey } from './learnt-names.fixture.ts';
import { LearntNames } from './learnt-names.ts';

const addresses = (count: number, net: number) =>
  Array.from({ length: count }, (_, i) => `198.${net}.${i >> 8}.${i & 255}`);

function asked(names: LearntNames, client: string, query: string, answers: readonly string[]): void {
  for (const event of sealed([dns(START, client, { query, addresses: answers })])) names.learn(event);
}

const nameOf = (names: LearntNames, client: string, server: string) =>
  names.nameOf(HQ, client as Address, server as Address)?.domain ?? null;

test('a connection is called what its own client asked for', () => {
  const names = new LearntNames();
  asked(names, '10.0.0.1', 'a.example.com', ['198.51.100.1']);
  asked(names, '10.0.0.2', 'b.example.org', ['198.51.100.1']);
  expect(nameOf(names, '10.0.0.1', '198.51.100.1')).toBe('example.com');
  expect(nameOf(names, '10.0.0.2', '198.51.100.1')).toBe('example.org');
  expect(nameOf(names, '10.0.0.3', '198.51.100.1')).toBeNull();
});

test('[ENGINE-13] a client that asks for everything makes nobody else forget', () => {
  const names = new LearntNames(5_000);
  asked(names, '10.0.0.1', 'a.example.com', ['203.0.113.1']);
  for (const net of [18, 19, 51]) asked(names, '10.0.0.66', 'flood.example.net', addresses(4_000, net));
  expect(nameOf(names, '10.0.0.1', '203.0.113.1')).toBe('example.com');
  expect(nameOf(names, '10.0.0.66', addresses(4_000, 51).at(-1) ?? '')).toBe('example.net');
  expect(nameOf(names, '10.0.0.66', addresses(1, 18)[0] ?? '')).toBeNull();
});

test('many clients cost bounded memory: who asked longest ago is forgotten', () => {
  const names = new LearntNames(100);
  for (let i = 0; i < 200; i++) asked(names, `10.0.1.${i}`, 'a.example.com', ['203.0.113.1']);
  expect(nameOf(names, '10.0.1.0', '203.0.113.1')).toBeNull();
  expect(nameOf(names, '10.0.1.199', '203.0.113.1')).toBe('example.com');
});

const question = fc.record({
  client: fc.nat(6).map((n) => `10.0.0.${n}`),
  query: fc.constantFrom('a.example.com', 'b.example.com', 'example.org', 'c.d.example.net'),
  servers: fc.array(
    fc.nat(9).map((n) => `203.0.113.${n}`),
    { maxLength: 4 },
  ),
  day: fc.nat(5),
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

const clients = Array.from({ length: 7 }, (_, n) => `10.0.0.${n}` as Address);
const servers = Array.from({ length: 10 }, (_, n) => `203.0.113.${n}` as Address);

/** One sealer for all steps, so that names become stable; a name may be sealed under another list of domains. */
function eventsOf(questions: readonly Question[]): readonly Event[] {
  const events = sealed(
    questions.map(({ client, query, servers: its, day }) =>
      dns(START + day * DAY_MS, client, { query, addresses: its }),
    ),
  );
  return events.map((event, index) => {
    if (event.kind !== 'dns' || event.query === null || index % 5 !== 4) return event;
    return { ...event, query: { ...event.query, domain: 'example' } };
  });
}

function allAnswers(names: Pick<LearntNames, 'nameOf'>) {
  return clients.map((client) => servers.map((server) => names.nameOf(HQ, client, server)));
}

test('[STATE-REST-6] names by number say what an object per pair said', () => {
  fc.assert(
    fc.property(fc.array(question, { maxLength: 60, size: 'max' }), (questions) => {
      const [names, byKey] = [new LearntNames(24), new LearntNamesByKey(24)];
      for (const event of eventsOf(questions)) {
        names.learn(event);
        byKey.learn(event);
        expect(names.snapshot()).toEqual(byKey.snapshot());
        expect(allAnswers(names)).toEqual(allAnswers(byKey));
      }
    }),
    { numRuns: 50 },
  );
});

test('[STATE-REST-1] learnt names go on from what was written down', () => {
  expect(
    firstDifference(
      () => new LearntNames(24),
      fc.array(question, { maxLength: 5 }).map(eventsOf),
      (names, events) => {
        for (const event of events) names.learn(event);
        return [allAnswers(names), names.snapshot()];
      },
      { maxLength: 30, numRuns: 30 },
    ),
  ).toBeUndefined();
});
