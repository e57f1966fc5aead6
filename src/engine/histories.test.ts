import { expect, test } from 'vitest';
import type { EntityId } from '../model/index.ts';
import { EntityRows } from './entity-rows.ts';
import { Histories } from './histories.ts';

test('more sensors than can be told apart leave each entity with its own', () => {
  const rows = new EntityRows();
  const histories = new Histories(rows);
  const heard = Array.from({ length: 66_000 }, (_, n) => {
    const row = rows.of(`dev_${n}` as EntityId);
    histories.hear(row, `hq http:token/${n}`);
    return row;
  });
  for (const row of heard.slice(65_535)) histories.hear(row, 'hq http:token/0');
  const said = heard.map((row) => histories.heardBy(row));
  expect(said.slice(0, 65_535)).toEqual(heard.slice(0, 65_535).map((_, n) => `hq http:token/${n}`));
  expect(new Set(said.slice(65_535))).toEqual(new Set(['hq http:token/0']));
});
