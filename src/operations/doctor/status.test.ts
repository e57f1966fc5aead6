import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirectory } from '../../app/data-directory.fixture.ts';
import type { FleetState } from '../../data-directory/index.ts';

let place: DataDirectory;
let state: FleetState;

beforeEach(async () => {
  place = await DataDirectory.make();
  state = await place.open();
});
afterEach(async () => {
  await state.close();
  await place.remove();
});

test('[CLI-18] docs/cli.md names every key of status', async () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('| key of `stance status`'));
  const section = table.slice(0, table.indexOf('\n\n'));
  const status = await (await place.operations(state)).status({ hash: false });
  expect(Object.keys(status).filter((key) => !section.includes(`\`${key}\``))).toEqual([]);
});
