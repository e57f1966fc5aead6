import { expect, test } from 'vitest';
import { realEffects } from '../effects/index.ts';
import type { SiteId } from '../model/index.ts';
import { AuthorityPlace } from './authority-files.ts';
import { deviceDoors } from './device-doors.ts';

test('[EST-5] before the history is in nobody is judged', async () => {
  const place = { place: new AuthorityPlace('/nowhere', null), site: 'hq' as SiteId };
  const { doors } = deviceDoors(
    { approval: 'automatic', certificateDays: 90, audiences: [], signer: null },
    place,
    realEffects(() => 'none'),
  );
  expect(await doors.judge([Buffer.from('anything')], '10.0.0.1')).toEqual({ kind: 'starting' });
  expect(doors.desk()).toBeNull();
});
