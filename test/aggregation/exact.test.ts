import { expect, it } from 'vitest';
import { exactFleets } from './exact.ts';

it('[AGG-EXACT-1] every slot of a random fleet is the integer of plain addition', async () => {
  const { fleets, slots, unequal } = await exactFleets(24, 1);
  expect({ fleets, slots, unequal }).toEqual({ fleets: 24, slots: 24 * 4_096, unequal: 0 });
});
