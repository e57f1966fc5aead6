import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PackedTexts } from '../columns/index.ts';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/index.ts';
import { Behaviors } from './behaviors.ts';
import type { Contact } from './contact.ts';
import { contact } from './contact.fixture.ts';
import { type Both, HOMES, clock, Lives, START } from './lives.fixture.ts';

/** Mostly the same one: much has to come together in one life. */
const who = fc.constantFrom(0, 0, 0, 1, 2);
/** How far the contact's clock is from the others': mostly not at all. */
const skew = fc.constantFrom(0, 0, 0, 0, 0, 0, -10 * MINUTE_MS, 23 * HOUR_MS);
const ordinary = fc.record({
  direction: fc.constantFrom<Contact['direction'][]>('outbound', 'outbound', 'inbound'),
  port: fc.constant(443),
  bytesSent: fc.constantFrom(null, 0, 700, 5_000_000),
  durationMs: fc.constantFrom(null, 0, 900, 40_000_000),
});
const probing = fc.record({
  outcome: fc.constantFrom<Contact['outcome'][]>('rejected', 'unanswered'),
  port: fc.constantFrom(443, 23, 'each' as const, null),
  internal: fc.boolean(),
});
const administering = fc.record({ port: fc.constant(445), internal: fc.constant(true) });
const talk = fc.record({
  kind: fc.constant('talk' as const),
  who,
  skew,
  /** So many peers one after the other, each so much later. */
  peers: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 180 })),
  from: fc.nat(150),
  everyMs: fc.constantFrom(0, 0, 1_000, 70_000),
  facts: fc.oneof(ordinary, probing, administering),
  place: fc.constantFrom(1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
});
const passing = fc.record({
  kind: fc.constant('pass' as const),
  ms: fc.oneof(fc.nat(HOUR_MS), fc.nat(6 * HOUR_MS), fc.constantFrom(HOUR_MS, DAY_MS, 40 * DAY_MS)),
});
/** Days of one contact every hour: what makes an entity one to be missed, and one that can deviate. */
const days = fc.record({ kind: fc.constant('days' as const), who, days: fc.constantFrom(2, 8) });
const sign = fc.record({ kind: fc.constant('hear' as const), who, skew, steadyMs: fc.nat(DAY_MS) });
const passage = fc.record({ kind: fc.constant('advance' as const), who });
const move = fc.record({ kind: fc.constant('move' as const), who, to: fc.nat(HOMES - 1) });
const reload = fc.record({ kind: fc.constant('reload' as const), home: fc.nat(HOMES - 1) });
const step = fc.oneof(
  { arbitrary: talk, weight: 12 },
  { arbitrary: passing, weight: 6 },
  { arbitrary: days, weight: 3 },
  { arbitrary: sign, weight: 3 },
  { arbitrary: passage, weight: 1 },
  { arbitrary: move, weight: 2 },
  { arbitrary: reload, weight: 2 },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Takes a step; gives what was said of it. */
function take(lives: Lives, each: Step): readonly Both[] {
  switch (each.kind) {
    case 'talk':
      return chat(lives, each);
    case 'pass':
      lives.now += each.ms;
      return [];
    case 'days':
      return live(lives, each.who, 24 * each.days);
    case 'hear':
      lives.hear(each.who, lives.now + each.skew, lives.now - each.steadyMs);
      return [];
    case 'advance':
      return [lives.advance(each.who)];
    case 'move':
      lives.move(each.who, each.to);
      return [];
    case 'reload':
      return rewrite(lives, each.home);
  }
}

function chat(
  lives: Lives,
  { who: entity, skew: ms, peers, from, everyMs, facts, place }: Step & { kind: 'talk' },
): readonly Both[] {
  return Array.from({ length: peers }, (_, i) => {
    lives.now += everyMs;
    const peer = facts.port === 'each' ? 'one' : `peer-${from + i}`;
    const port = facts.port === 'each' ? i + 1 : facts.port;
    const display = `${peer} at ${i % 2}`;
    return lives.observe(entity, contact(lives.now + ms, { ...facts, peer, display, port, place }));
  });
}

/** Writes a home down and brings it back. */
function rewrite(lives: Lives, which: number): readonly Both[] {
  const said: Both[] = [];
  lives.replace(which, (home) => {
    const written = WrittenState.of(home);
    const loaded = new Behaviors();
    loaded.load(written);
    said.push([WrittenState.of(loaded).said(), written.said()]);
    return loaded;
  });
  return said;
}

function live(lives: Lives, entity: number, hours: number): readonly Both[] {
  return Array.from({ length: hours }, (_, hour) => {
    lives.now += HOUR_MS;
    lives.hear(entity, lives.now, 0);
    const facts = { internal: hour % 3 === 0, bytesSent: hour % 24 === 2 ? 5_000_000 : 1_000 };
    return lives.observe(entity, contact(lives.now, { peer: `peer-${hour % 5}`, ...facts }));
  });
}

describe('behaviours in columns', () => {
  test('[BEHAV-8] [STATE-BEHAV-1] whatever entities live, however they move, whenever they are written down: as plain objects', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const lives = new Lives();
        for (const each of steps) {
          const said = [...take(lives, each), ...[0, 1, 2].map((entity) => lives.readings(entity))];
          expect(said.map(([columns]) => columns)).toEqual(said.map(([, plain]) => plain));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('[BEHAV-9] a row that ends gives back all that it held', () => {
    const behaviors = new Behaviors();
    const row = behaviors.begin();
    for (let i = 0; i < 400; i++) {
      const probe = contact(START + i * 1_000, {
        peer: `peer-${i}`,
        internal: true,
        port: 22,
        outcome: 'rejected',
      });
      behaviors.observe(row, probe, { enrolledAt: null, kind: null, roles: [], now: START, clock });
    }
    behaviors.end(row);
    const texts = new PackedTexts();
    texts.load(WrittenState.of(behaviors).part('texts'));
    expect(texts.size).toBe(0);
    expect(behaviors.begin()).toBe(row);
    expect(behaviors.baseline(row).knownDestinations()).toEqual([]);
  });

  test('[BEHAV-10] a row that was given away is one entity’s at a time, and can be asked back from wherever it is', () => {
    const [here, there, elsewhere] = [new Behaviors(), new Behaviors(), new Behaviors()];
    const row = here.begin();
    here.observe(row, contact(START), { enrolledAt: null, kind: null, roles: [], now: START, clock });
    const claim = here.release(row);
    const second = there.adopt(claim) ?? Number.NaN;
    expect(there.isClaimed(second, claim)).toBe(true);
    expect(elsewhere.adopt(claim)).toBeNull();
    expect(there.release(second)).toBe(claim);
    const third = elsewhere.adopt(claim) ?? Number.NaN;
    const loaded = new Behaviors();
    loaded.load(WrittenState.of(elsewhere));
    expect(here.adopt(loaded.claimTo(third))).toBeNull();
    expect(here.adopt(loaded.release(third))).toBe(row);
    expect(here.baseline(row).daysWithData).toBe(1);
  });
});
