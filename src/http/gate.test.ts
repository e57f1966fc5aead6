import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Gate, type Place } from './gate.ts';

const ROOM = { places: 8, bytes: 100 };
const visit = fc.record({ asker: fc.constantFrom('a', 'b', 'c'), bytes: fc.nat(60), leaves: fc.nat(9) });

test('[PRESS-1] whoever comes and goes, there is never more inside than room; who is inside leaves a quarter to others', () => {
  fc.assert(
    fc.property(fc.array(visit, { maxLength: 60, size: 'max' }), (visits) => {
      const gate = new Gate(ROOM, () => 0);
      const inside: { asker: string; bytes: number; place: Place }[] = [];
      for (const { asker, bytes, leaves } of visits) {
        inside.splice(leaves, 1)[0]?.place.leave();
        const isInside = inside.some((each) => each.asker === asker);
        const [places, room] = isInside ? [6, 75] : [8, 100];
        const hasRoom = inside.length < places && sum(inside) + bytes <= room;
        const place = gate.enter(asker, bytes);
        expect(place !== null).toBe(hasRoom);
        if (place !== null) inside.push({ asker, bytes, place });
      }
      for (const { place } of inside) place.leave();
      expect(gate.enter('d', 100)).not.toBeNull();
    }),
  );
});

test('[PRESS-15] in a flood of one or more it is the flood that is told to come back, not who sends once', () => {
  const flood = fc.array(fc.record({ asker: fc.constantFrom('a', 'b', 'c'), bytes: fc.nat(20) }), {
    minLength: 60,
    maxLength: 120,
    size: 'max',
  });
  fc.assert(
    fc.property(flood, fc.nat(40), (sent, bytes) => {
      const gate = new Gate({ places: 32, bytes: 400 }, () => 0);
      const refused = sent.filter((each) => gate.enter(each.asker, each.bytes) === null);
      expect(refused.length).toBeGreaterThanOrEqual(sent.length - 32);
      expect(gate.enter('quiet', bytes)).not.toBeNull();
    }),
  );
});

test('[PRESS-1] who is refused is told to wait as long as requests stay, within bounds', () => {
  let now = 0;
  const gate = new Gate(ROOM, () => now);
  const stay = (ms: number): void => {
    for (let i = 0; i < 100; i++) {
      const place = gate.enter('a', 0);
      now += ms;
      place?.leave();
    }
  };
  expect(gate.retryAfterSeconds).toBe(1);
  stay(4_200);
  expect(gate.retryAfterSeconds).toBe(5);
  stay(600_000);
  expect(gate.retryAfterSeconds).toBe(30);
});

function sum(visits: readonly { readonly bytes: number }[]): number {
  return visits.reduce((bytes, each) => bytes + each.bytes, 0);
}
