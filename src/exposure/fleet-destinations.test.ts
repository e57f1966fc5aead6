import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstDifference } from '../columns/going-on.fixture.ts';
import { type EntityId, LIMITS } from '../model/index.ts';
import { type DestinationHandle, FleetDestinations, type OwnOutcome } from './fleet-destinations.ts';

const device = (n: number): EntityId => `dev_${n}`;

test('[THREAT-SEEN-1] tells who talked to a destination, also when no feed lists it', () => {
  const fleet = new FleetDestinations();
  fleet.observe('8.8.8.8', device(1), 2_000, 'reached');
  fleet.observe('8.8.8.8', device(2), 1_000, 'blocked');
  fleet.observe('8.8.8.8', device(1), 3_000, 'reached');
  expect(fleet.seen('8.8.8.8')).toEqual({
    entities: [device(1), device(2)],
    approximate: false,
    first: 1_000,
    last: 3_000,
    count: 3,
    blocked: 1,
  });
  expect(fleet.seen('9.9.9.9')).toMatchObject({ entities: [], first: null, last: null, count: 0 });
});

test('[THREAT-SEEN-2] what several sensors say of one connection counts once, and as blocked if one of them says so', () => {
  const fleet = new FleetDestinations();
  fleet.observe('8.8.8.8', device(1), 1_000, 'reached', '1:first');
  fleet.observe('8.8.8.8', device(1), 1_000, 'blocked', '1:first');
  fleet.observe('8.8.8.8', device(1), 1_001, 'blocked', '1:first');
  expect(fleet.seen('8.8.8.8')).toMatchObject({ count: 1, blocked: 1 });
  fleet.observe('8.8.8.8', device(1), 2_000, 'reached', '1:second');
  expect(fleet.seen('8.8.8.8')).toMatchObject({ count: 2, blocked: 1, last: 2_000 });
});

test('beyond its bound of entities it counts on and says that it is approximate', () => {
  const fleet = new FleetDestinations();
  for (let n = 0; n <= LIMITS.entitiesPerDestination; n++) fleet.observe('8.8.8.8', device(n), n, 'reached');
  const seen = fleet.seen('8.8.8.8');
  expect(seen).toMatchObject({ approximate: true, count: LIMITS.entitiesPerDestination + 1 });
  expect(seen.entities).toHaveLength(LIMITS.entitiesPerDestination);
});

test('beyond its bound of destinations it forgets the one seen longest ago', () => {
  const fleet = new FleetDestinations(2);
  fleet.observe('a', device(1), 1, 'reached');
  fleet.observe('b', device(1), 2, 'reached');
  fleet.observe('a', device(1), 3, 'reached');
  fleet.observe('c', device(1), 4, 'reached');
  expect(['a', 'b', 'c'].map((key) => fleet.seen(key).count)).toEqual([2, 0, 1]);
  expect(fleet.size).toBe(2);
});

test('[STATE-REST-5] what was forgotten is said: nobody can tell whether it was ever seen', () => {
  const fleet = new FleetDestinations(1);
  expect(fleet.seen('a').approximate).toBe(false);
  const a = fleet.observe('a', device(1), 1, 'reached');
  expect(fleet.seen('a').approximate).toBe(false);
  fleet.observe('b', device(1), 2, 'reached');
  expect(['a', 'b'].map((key) => fleet.seen(key).approximate)).toEqual([true, true]);
  expect(fleet.observeAgain(a, device(1), 3, 'reached')).toBe(false);
  expect(fleet.seen('b').count).toBe(1);
});

const contact = fc.record({
  key: fc.nat(5).map((n) => `10.0.0.${n}`),
  entity: fc.nat(LIMITS.entitiesPerDestination + 1).map(device),
  time: fc.nat(5_000),
  outcome: fc.constantFrom<OwnOutcome>('reached', 'attempted', 'blocked'),
  flow: fc.constantFrom(null, '1:first', '1:second'),
});

test('[STATE-REST-5][THREAT-BACK-1] a destination, and when each met it last, is the same by its handle as by its key', () => {
  fc.assert(
    fc.property(fc.array(contact, { maxLength: 400, size: 'max' }), (contacts) => {
      const [byKey, byHandle, listed] = [new FleetDestinations(4), new FleetDestinations(4), new Listed(4)];
      const handles = new Map<string, DestinationHandle>();
      for (const { key, entity, time, outcome, flow } of contacts) {
        byKey.observe(key, entity, time, outcome, flow);
        listed.observe(key, entity, time, outcome, flow);
        const handle = handles.get(key) ?? 0;
        if (!byHandle.observeAgain(handle, entity, time, outcome, flow)) {
          handles.set(key, byHandle.observe(key, entity, time, outcome, flow));
        }
        expect(byKey.seen(key)).toMatchObject(listed.seen(key));
        expect(byKey.contacts(key)).toEqual(listed.contacts(key));
        expect([...byKey.keys()].toSorted()).toEqual([...listed.keys()].toSorted());
      }
      expect(byHandle.snapshot()).toEqual(byKey.snapshot());
      expect(byKey.size).toBe(listed.size);
    }),
  );
});

test('[STATE-REST-1] destinations go on from what was written down, and so do their handles', () => {
  const handles = new Map<string, DestinationHandle>();
  expect(
    firstDifference(
      () => new FleetDestinations(4),
      contact,
      (fleet, { key, entity, time, outcome, flow }) => {
        const handle = handles.get(key) ?? 0;
        const isKnown = fleet.observeAgain(handle, entity, time, outcome, flow);
        if (!isKnown) handles.set(key, fleet.observe(key, entity, time, outcome, flow));
        return [isKnown ? handle : handles.get(key), fleet.seen(key), fleet.size];
      },
    ),
  ).toBeUndefined();
});

/** The same with an object per destination, in a map in the order of dropping: what the columns have to equal. */
class Listed {
  readonly #capacity: number;
  readonly #all = new Map<string, ReturnType<typeof unseen>>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#all.size;
  }

  observe(key: string, entity: EntityId, time: number, outcome: OwnOutcome, flow: string | null): void {
    const blocked = outcome === 'blocked';
    const seen = this.#all.get(key) ?? unseen(time);
    if (time >= seen.last) this.#all.delete(key);
    this.#all.set(key, seen);
    seen.first = Math.min(seen.first, time);
    seen.last = Math.max(seen.last, time);
    const isSame = flow !== null && flow === seen.flow;
    if (!isSame) seen.count++;
    if (blocked && !(isSame && seen.flowBlocked)) seen.blocked++;
    seen.flowBlocked = blocked || (isSame && seen.flowBlocked);
    seen.flow = flow;
    const isRoom = seen.entities.size < LIMITS.entitiesPerDestination;
    const own = seen.entities.get(entity) ?? (isRoom ? { reached: 0, stopped: 0 } : null);
    if (own !== null) {
      const kind = outcome === 'reached' ? 'reached' : 'stopped';
      own[kind] = Math.max(own[kind], time - (time % 1_000));
      seen.entities.set(entity, own);
    }
    const [oldest] = this.#all.keys();
    if (this.#all.size > this.#capacity && oldest !== undefined) this.#all.delete(oldest);
  }

  seen(key: string) {
    const { entities, first, last, count, blocked } = this.#all.get(key) ?? unseen(0);
    return { entities: [...entities.keys()], first, last, count, blocked };
  }

  contacts(key: string) {
    const { entities } = this.#all.get(key) ?? unseen(0);
    return Array.from(entities, ([entity, { reached, stopped }]) => {
      return { entity, reached: reached || null, stopped: stopped || null };
    });
  }

  keys(): Iterable<string> {
    return this.#all.keys();
  }
}

function unseen(time: number) {
  return {
    entities: new Map<EntityId, { reached: number; stopped: number }>(),
    first: time,
    last: time,
    count: 0,
    blocked: 0,
    flow: null as string | null,
    flowBlocked: false,
  };
}
