import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Page, type Place, unreadable } from './paging.ts';

const places = fc.uniqueArray(
  fc.record({
    first: fc.integer({ min: -3, max: 0 }),
    second: fc.nat(5),
    id: fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), minLength: 1, maxLength: 4 }),
  }),
  { selector: ({ id }) => id, maxLength: 60 },
);

test('[POSTURE-4] pages show a list once and in order, in whatever order it comes', () => {
  fc.assert(
    fc.property(places, fc.integer({ min: 1, max: 7 }), (list, limit) => {
      expect(pages(() => list, limit)).toEqual(sorted(list).map((each) => each.id));
    }),
  );
});

test('[POSTURE-4] what comes and goes while somebody reads page after page shifts nothing that stays', () => {
  fc.assert(
    fc.property(places, places, fc.integer({ min: 1, max: 7 }), (stays, passing, limit) => {
      let asked = 0;
      const list = () => (asked++ % 2 === 0 ? [...stays, ...passing.map(renamed)] : stays);
      const read = pages(list, limit).filter((each) => !each.startsWith('x'));
      expect(read).toEqual(sorted(stays).map((each) => each.id));
    }),
  );
});

test('[POSTURE-4] a cursor that is none of ours is refused, and says what to do; our own never is', () => {
  for (const cursor of [
    '',
    '7',
    '5.dev_a',
    'a:b:c',
    '1:2:',
    ' ',
    ' : :x',
    '0x10:1:x',
    '1:1e3:x',
    'NaN:1:x',
  ]) {
    expect([cursor, unreadable(cursor, 'entities')]).toMatchObject([
      cursor,
      { code: 'invalid_input', message: expect.stringMatching(/"cursor".*next_cursor/) },
    ]);
  }
  expect(unreadable(undefined, 'entities')).toBeNull();
  fc.assert(
    fc.property(places, fc.integer({ min: 1, max: 7 }), (list, limit) => {
      const page = new Page<string>(limit, undefined);
      for (const place of list) page.add({ ...place, id: `dev_${place.id}` }, place.id);
      expect(unreadable(page.next ?? undefined, 'entities')).toBeNull();
      // Of one list it is none of another.
      expect(unreadable(page.next ?? undefined, 'anomalies') === null).toBe(page.next === null);
    }),
  );
});

function renamed(place: Place): Place {
  return { ...place, id: `x${place.id}` };
}

function pages(list: () => readonly Place[], limit: number): readonly string[] {
  const shown: string[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<string> = new Page(limit, cursor);
    const items = list();
    for (const place of items) page.add(place, place.id);
    expect(page.total).toBe(items.length);
    shown.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return shown;
}

function sorted(list: readonly Place[]): readonly Place[] {
  return list.toSorted((a, b) => a.first - b.first || a.second - b.second || (a.id < b.id ? -1 : 1));
}
