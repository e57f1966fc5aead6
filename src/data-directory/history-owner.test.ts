import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirectory, live, OFFICE } from '../app/data-directory.fixture.ts';
import { openHistory } from '../store/index.ts';

let own: DataDirectory;
let other: DataDirectory;

beforeEach(async () => {
  own = await lived(OFFICE.length);
  other = await lived(5);
});
afterEach(() => Promise.all([own.remove(), other.remove()]));

async function lived(steps: number): Promise<DataDirectory> {
  const data = await DataDirectory.make();
  const state = await data.open();
  await live(state, 0, steps);
  await state.close();
  return data;
}

const historyOf = ({ dir }: DataDirectory): string => join(dir, 'history.db');

function ownerOf(data: DataDirectory): string | null {
  const history = openHistory(historyOf(data));
  try {
    return history.owner;
  } finally {
    history.close();
  }
}

test("[HIST-16] another directory's history is refused, and left as it is", async () => {
  const owner = ownerOf(other);
  expect(owner).not.toBe(ownerOf(own));
  await copyFile(historyOf(other), historyOf(own));
  await expect(own.open()).rejects.toMatchObject({
    code: 'keys_changed',
    message: expect.stringContaining('move history.db away'),
  });
  expect(ownerOf(own)).toBe(owner);
});

test('[HIST-16] a history of an earlier release does not say whose it is: it is taken, and says so from then on', async () => {
  const owner = ownerOf(own);
  const db = new DatabaseSync(historyOf(own));
  db.exec('DROP TABLE owner; PRAGMA user_version = 2;');
  db.close();
  const state = await own.open();
  const { span } = state.past;
  expect(span?.until).toBe(state.engine.now);
  await state.close();
  expect(ownerOf(own)).toBe(owner);
  expect(own.faults).toEqual([]);
});
