import { expect, test } from 'vitest';
import { PackedTexts, Table } from '../columns/index.ts';
import { DAY_MS } from '../model/index.ts';
import { Destinations } from './destinations.ts';

const T = Date.UTC(2026, 2, 2);

test('[SUPPRESS-7] a destination that counts as met now is held by administration only where it was', () => {
  const rows = new Table();
  const destinations = new Destinations(rows, new PackedTexts());
  const row = rows.add();
  const met = (name: string, isHeld: boolean) => {
    for (let day = 0; day < 3; day++)
      destinations.observe(row, name, name, T + day * DAY_MS, destinations.find(row, name), isHeld);
  };
  met('198.51.100.1', false);
  met('198.51.100.2', true);
  const now = T + 5 * DAY_MS;
  for (const name of ['198.51.100.1', '198.51.100.2']) destinations.renew(row, name, now);
  const told = ['198.51.100.1', '198.51.100.2'].map((name) => {
    const place = destinations.find(row, name);
    return [
      destinations.firstSeen(place),
      destinations.heldSince(place),
      destinations.daysBefore(place, now),
    ];
  });
  expect(told).toEqual([
    [now, null, 1],
    [now, now, 1],
  ]);
});
