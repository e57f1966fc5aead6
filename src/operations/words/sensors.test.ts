import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirectory, live } from '../../app/data-directory.fixture.ts';
import type { FleetState } from '../../data-directory/index.ts';
import { createEngineView } from '../../engine/index.ts';
import { DAY_MS, type SiteId } from '../../model/index.ts';
import { listSensors, retireSensor } from './sensors.ts';

const WORD = { site: null, actor: 'ann', reason: 'lab closed' };
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

const retire = (sensor: string, said: Partial<typeof WORD> = {}) =>
  retireSensor(state, { sensor, ...WORD, ...said }, () => state.engine.now);
const confidence = () => createEngineView(state.engine).fleet().confidence;

test('[SENSOR-RETIRED-1] a silent sensor is retired, and the fleet is as sure as the others make it', async () => {
  const [sensor] = listSensors(state);
  if (sensor === undefined) throw new Error('no sensor');
  await expect(retire(sensor.sensor)).rejects.toMatchObject({
    code: 'still_heard',
    message: expect.stringContaining(sensor.last_event ?? 'never'),
  });
  await state.append({ kind: 'clock', at: state.engine.now + 2 * DAY_MS });
  expect(confidence()).toBe(0);
  expect(await retire(sensor.sensor)).toEqual({ ...sensor, silent: true });
  expect(listSensors(state)).toEqual([]);
  expect(confidence()).toBeGreaterThan(0);
  await live(state, 2, 3);
  expect(listSensors(state)).toMatchObject([{ sensor: sensor.sensor, site: sensor.site }]);
});

test('[SENSOR-RETIRED-1] what it says of a wrong name, a missing reason, and one name at two sites', async () => {
  const [known] = listSensors(state);
  const name = known?.sensor ?? '';
  await expect(retire(`${name}x`)).rejects.toMatchObject({
    code: 'unknown_sensor',
    message: expect.stringContaining(name),
  });
  await expect(retire(name, { site: 'elsewhere' as never })).rejects.toMatchObject({
    message: expect.stringContaining('at the site "elsewhere"'),
  });
  await expect(retire(name, { reason: '' })).rejects.toMatchObject({ code: 'invalid_arguments' });
  state.engine.sensors.hear({ site: 'plant' as SiteId, sensor: name as never }, state.engine.now, true);
  await expect(retire(name)).rejects.toMatchObject({ message: expect.stringContaining('plant') });
});
