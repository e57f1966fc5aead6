import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DataDirectory, live } from '../app/data-directory.fixture.ts';
import type { FleetState } from '../data-directory/index.ts';
import type { InventoryEntry, SiteId } from '../model/index.ts';
import { workloadOf } from './workloads.ts';

let data: DataDirectory;
let state: FleetState;

beforeAll(async () => {
  data = await DataDirectory.make();
  state = await data.open();
  await live(state, 0, 1);
});
afterAll(async () => {
  await state.close();
  await data.remove();
});

const NUMBERS = [0, 1, 2, 3] as const;
const idOf = (number: number) => `spiffe://example.org/${number}`;

/** Entries with one container each; either may be named by any id, or by none. */
function entry(number: number, own: number | null, ofContainer: number | null): InventoryEntry {
  const named = (which: number | null) => (which === null ? {} : { spiffeId: idOf(which) });
  return {
    id: `dev_${number}`,
    name: null,
    kind: 'vm_host',
    manufacturer: null,
    model: null,
    firmware: null,
    addresses: [],
    macs: [],
    hostNames: [],
    site: 'hq' as SiteId,
    owner: null,
    criticality: 'normal',
    roles: [],
    tags: [],
    supportEnds: null,
    workloads: [
      { id: `wkl_c${number}`, kind: 'container', image: null, instances: 1, ...named(ofContainer) },
    ],
    ...named(own),
  };
}

test('[SPIFFE-8] whom a SPIFFE ID names is found without a walk over the inventory, and is what the last import says', async () => {
  const { inventory } = state.engine.directory;
  const walks = vi.spyOn(inventory, 'entries');
  const which = fc.option(fc.constantFrom(...NUMBERS));
  const entries = fc.array(fc.tuple(which, which), { minLength: 1, maxLength: 4, size: 'max' });
  await fc.assert(
    fc.asyncProperty(entries, async (said) => {
      const listed = said.map(([own, ofContainer], number) => entry(number, own, ofContainer));
      await state.append({ kind: 'inventory', at: data.now, entries: listed, actor: 'test' });
      walks.mockClear();
      for (const number of NUMBERS) {
        const id = idOf(number);
        const first = listed.find((each) =>
          [each, ...each.workloads].some(({ spiffeId }) => spiffeId === id),
        );
        const expected = first?.spiffeId === id ? first.id : first?.workloads[0]?.id;
        expect(workloadOf(state.engine, id)).toBe(expected ?? null);
      }
      expect(walks.mock.calls.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 50 },
  );
});
