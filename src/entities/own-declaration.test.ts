import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Address, DeviceId, WorkloadId } from '../model/index.ts';
import { ownOf, sayOwn } from './own-declaration.ts';

const DEVICE = 'dev_camera' as DeviceId;
const list = fc.array(fc.string({ minLength: 1 }), { maxLength: 3 });
const workload = fc.record({
  id: fc.constant('wkl_a'),
  kind: fc.constant('vm' as const),
  image: fc.constantFrom(null, 'x'),
  instances: fc.nat(9),
});
const anyOwn = fc
  .record({
    id: fc.constantFrom(DEVICE, 'wkl_server' as WorkloadId),
    name: fc.option(fc.string()),
    addresses: list.map((all) => all as Address[]),
    macs: list,
    hostNames: list,
    workloads: fc.array(workload, { maxLength: 2 }),
  })
  .chain((own) =>
    fc.option(list).map((certificates) => (certificates === null ? own : { ...own, certificates })),
  );

test('[SNAP-13] what an operator says of a device alone is kept short, and comes back as it was', () => {
  fc.assert(
    fc.property(anyOwn, (own) => {
      const read = ownOf(sayOwn(own, DEVICE), DEVICE);
      expect(read).toEqual(own);
      expect('certificates' in read).toBe('certificates' in own);
      // As a state of version 3 says it.
      expect(ownOf(JSON.stringify(own), DEVICE)).toEqual(own);
      expect(sayOwn(own, DEVICE).length).toBeLessThan(JSON.stringify(own).length);
    }),
  );
});
