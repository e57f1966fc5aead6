import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Gate, type Place } from './gate.ts';

const ROOM = { places: 8, bytes: 100 };
const visit = fc.record({ asker: fc.constantFrom('a', 'b', 'c'), bytes: fc.nat(60), leaves: fc.nat(9) });

test('[PRESS-1] whoever comes and goes, there is never more inside than room, nor more of one than its share', () => {
  fc.assert(
    fc.property(fc.array(visit, { maxLength: 60 }), (visits) => {
      const gate = new Gate(ROOM, () => 0);
      const inside: { asker: string; bytes: number; place: Place }[] = [];
      for (const { asker, bytes, leaves } of visits) {
        inside.splice(leaves, 1)[0]?.place.leave();
        const own = inside.filter((each) => each.asker === asker);
        const hasRoom =
          inside.length < 8 && sum(inside) + bytes <= 100 && own.length < 6 && sum(own) + bytes <= 75;
        const place = gate.enter(asker, bytes);
        expect(place !== null).toBe(hasRoom);
        if (place !== null) inside.push({ asker, bytes, place });
      }
      for (const { place } of inside) place.leave();
      expect(gate.enter('d', 75)).not.toBeNull();
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
