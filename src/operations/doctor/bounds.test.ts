import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirectory, live } from '../../app/data-directory.fixture.ts';
import type { FleetState } from '../../data-directory/index.ts';
import { BoundWatch } from './bounds.ts';
import { statusOf } from './status.ts';

let place: DataDirectory;
let state: FleetState;

beforeEach(async () => {
  place = await DataDirectory.make();
  state = await place.open();
  await live(state, 0, 2);
});
afterEach(async () => {
  await state.close();
  await place.remove();
});

/** As many were met beyond the bounds: to fill them would take minutes. */
function met(devices: number, users: number): void {
  Object.defineProperty(state.engine.directory, 'overflow', {
    value: { devices, users },
    configurable: true,
  });
}

const told = async () =>
  (await (await place.operations(state)).doctor({})).checks.filter(({ check }) =>
    check.startsWith('bound of'),
  );

test('[PRESS-8] bounds that were reached are told by doctor and status, and once by the log', async () => {
  const watch = new BoundWatch(state, place.effects);
  watch.look();
  expect(await told()).toEqual([]);
  expect(place.faults).toEqual([]);
  met(12_345, 67);
  expect(await told()).toMatchObject([
    { check: 'bound of devices', state: 'warning', detail: expect.stringContaining('12345 times') },
    { check: 'bound of users', state: 'warning', detail: expect.stringContaining('67 times') },
  ]);
  expect(await statusOf(state, place.dir, false)).toMatchObject({ boundsReached: ['devices', 'users'] });
  watch.look();
  watch.look();
  expect(place.faults).toHaveLength(2);
  watch.close();
});
