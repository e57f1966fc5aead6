import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { FleetState } from '../../data-directory/index.ts';
import { stillEffects } from '../../effects/still-effects.fixture.ts';
import { LIMITS, type SiteId } from '../../model/index.ts';
import { LogFolder } from '../../sources/log-folder.fixture.ts';
import { importInventory } from './inventory.ts';

const DEVICE = 'dev_gateway';

interface Facts {
  readonly serialNumber: string;
  readonly version?: number;
  readonly timestamp?: string;
  readonly subject?: string;
  readonly part: string;
}

async function opened(folder: LogFolder) {
  const effects = stillEffects(() => 0);
  const state = await FleetState.open(folder.at('data'), effects, { progress: () => undefined });
  await writeFile(folder.at('inventory.yaml'), `- id: ${DEVICE}\n  site: hq\n  kind: gateway\n`);
  const load = async (name: string, replace = false) => {
    const request = { path: folder.at(name), device: DEVICE, actor: 'test', site: 'hq' as SiteId };
    const { bills } = await importInventory(state, { ...request, replace, dryRun: false }, () => 1_000);
    return bills[0];
  };
  await load('inventory.yaml');
  return {
    state,
    installed: () => state.engine.weaknesses.book.componentsOf([DEVICE]).map((each) => each.version),
    taken: async ({ serialNumber, version, timestamp, subject, part }: Facts, replace = false) => {
      const component = subject === undefined ? {} : { component: { name: subject } };
      const components = [{ name: 'left', version: part, purl: `pkg:npm/left@${part}` }];
      const metadata = { timestamp, ...component };
      const bill = { bomFormat: 'CycloneDX', serialNumber, version, metadata, components };
      await writeFile(folder.at('bill.json'), JSON.stringify(bill));
      return load('bill.json', replace);
    },
  };
}

test('[VULN-BILL-OLD-1] of one serial number the higher version counts, however they come', async () => {
  await using folder = await LogFolder.make();
  const { state, installed, taken } = await opened(folder);
  const first = { serialNumber: 'urn:uuid:1', version: 1, timestamp: '2026-03-01T00:00:00Z', part: '1.0' };
  const second = { ...first, version: 2, timestamp: '2026-02-01T00:00:00Z', part: '2.0' };
  expect(await taken(second)).toMatchObject({ changed: true, newer: null });
  expect(await taken(first)).toMatchObject({ changed: false, replaced: [], newer: 'urn:uuid:1' });
  expect(installed()).toEqual(['2.0']);
  // What was made again under one number is what was said last.
  expect(await taken({ ...second, part: '2.1' })).toMatchObject({ changed: true, newer: null });
  expect(await taken(first, true)).toMatchObject({ changed: true, newer: null });
  expect(installed()).toEqual(['1.0']);
  expect(await taken(second)).toMatchObject({ changed: true, replaced: ['urn:uuid:1'] });
  await state.close();
});

test('[VULN-BILL-OLD-1] of one thing the bill that was made later counts', async () => {
  await using folder = await LogFolder.make();
  const { state, installed, taken } = await opened(folder);
  const old = { serialNumber: 'urn:uuid:1', timestamp: '2026-01-01T00:00:00Z', subject: 'host', part: '1.0' };
  const later = { ...old, serialNumber: 'urn:uuid:2', timestamp: '2026-02-01T00:00:00Z', part: '2.0' };
  expect(await taken(later)).toMatchObject({ changed: true });
  expect(await taken(old)).toMatchObject({ changed: false, newer: 'urn:uuid:2' });
  expect(installed()).toEqual([null, '2.0']);
  // Where one does not tell when it was made, what came last counts, as ever.
  const { timestamp: _, ...undated } = old;
  expect(await taken({ ...undated, serialNumber: 'urn:uuid:3' })).toMatchObject({
    changed: true,
    replaced: ['urn:uuid:2'],
  });
  await state.close();
});

test('[VULN-BILL-BOUND-1] one more than a device can have is refused, and all the others stay', async () => {
  await using folder = await LogFolder.make();
  const { state, installed, taken } = await opened(folder);
  for (let number = 0; number < LIMITS.billsPerDevice; number++) {
    await taken({ serialNumber: `urn:uuid:${number}`, part: `${number}.0` });
  }
  const all = installed();
  const next = { serialNumber: 'urn:uuid:next', part: '99.0' };
  const { length } = state.journal;
  await expect(taken(next)).rejects.toMatchObject({ code: 'too_many_bills' });
  await expect(taken(next)).rejects.toThrow(`${DEVICE} has ${LIMITS.billsPerDevice} bills of materials`);
  expect([installed(), state.journal.length]).toEqual([all, length]);
  // A new one in the place of one of them is none more.
  expect(await taken({ serialNumber: 'urn:uuid:0', part: '0.1' })).toMatchObject({ changed: true });
  expect(await taken(next, true)).toMatchObject({ changed: true });
  expect(installed()).toEqual(['99.0']);
  await state.close();
});
