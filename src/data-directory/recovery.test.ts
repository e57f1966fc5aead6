import { execFile } from 'node:child_process';
import { chmod, cp, rm, truncate } from 'node:fs/promises';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataDirectory, live, OFFICE, snapshotFile } from '../app/data-directory.fixture.ts';
import { moduleOf } from '../files/limited-disk.fixture.ts';
import { loadKeys } from '../privacy/index.ts';
import { listSnapshots, openSnapshot, writeSnapshot } from '../snapshot/index.ts';
import { DerivedState, STATE_VERSION } from './derived-state.ts';
import type { FleetState } from './fleet-state.ts';

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

async function append(from: number, to: number): Promise<void> {
  await live(state, from, to);
}

async function reopen(): Promise<void> {
  await state.close();
  state = await place.open();
}

/** The state by replay of the whole journal. */
async function replayedHash(): Promise<string> {
  const { dir } = place;
  const aside = `${dir}-replayed`;
  await cp(dir, aside, { recursive: true });
  await rm(join(aside, 'snapshots'), { recursive: true, force: true });
  const replayed = await Object.assign(await DataDirectory.make(), { dir: aside }).open();
  const hash = replayed.stateHash();
  await replayed.close();
  await rm(aside, { recursive: true });
  return hash;
}

/** Labels the newest snapshot as one of the form before this. */
async function age(): Promise<string> {
  const shelf = join(place.dir, 'snapshots');
  const [newest] = listSnapshots(shelf);
  if (newest === undefined) throw new Error('no snapshot');
  const derived = new DerivedState(
    await loadKeys(join(place.dir, 'keys'), () => {
      throw new Error('the keys are there');
    }),
  );
  const snapshot = openSnapshot(newest.path);
  snapshot.load(derived, () => undefined);
  snapshot.close();
  writeSnapshot(shelf, { records: newest.records, stateVersion: STATE_VERSION - 1 }, derived);
  return shelf;
}

function formOf(shelf: string): readonly [records: number, form: number][] {
  return listSnapshots(shelf).map(({ path, records }) => {
    const snapshot = openSnapshot(path);
    snapshot.close();
    return [records, snapshot.stateVersion];
  });
}

describe('[SNAP-6] a start', () => {
  test('from a snapshot of an older form writes its state down in this form at once', async () => {
    await append(0, 9);
    await state.writeSnapshot();
    await append(9, 12);
    await state.close();
    const shelf = await age();
    expect(formOf(shelf)).toEqual([[9, STATE_VERSION - 1]]);
    state = await place.open();
    expect(formOf(shelf)).toEqual([
      [12, STATE_VERSION],
      [9, STATE_VERSION - 1],
    ]);
    expect(state.snapshot.records).toBe(12);
    await reopen();
    expect(formOf(shelf)).toHaveLength(2);
  });

  test('from a snapshot of an older form that nothing followed puts this form in its place', async () => {
    await append(0, 9);
    await state.writeSnapshot();
    await state.close();
    const shelf = await age();
    state = await place.open();
    expect(formOf(shelf)).toEqual([[9, STATE_VERSION]]);
  });

  test('from a snapshot and the rest of the journal gives the state of one that never stopped', async () => {
    const cuts = fc.uniqueArray(fc.nat(OFFICE.length), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(cuts, async (unsorted) => {
        await state.close();
        await place.remove();
        place = await DataDirectory.make();
        state = await place.open();
        let done = 0;
        for (const cut of unsorted.toSorted((a, b) => a - b)) {
          await append(done, cut);
          await state.writeSnapshot();
          done = cut;
          await reopen();
          expect(state.snapshot.records).toBe(cut);
        }
        await append(done, OFFICE.length);
        const hash = state.stateHash();
        const { events } = state;
        await reopen();
        expect(state.stateHash()).toBe(hash);
        expect(state.events).toBe(events);
        expect(await replayedHash()).toBe(hash);
      }),
      // Record 15 publishes nothing: history must know it all the same.
      { numRuns: 8, examples: [[[15, 16]]] },
    );
  });

  test('without any snapshot replays the whole journal', async () => {
    await append(0, OFFICE.length);
    const hash = state.stateHash();
    await reopen();
    expect(state.snapshot).toEqual({ records: 0, events: 0, relisted: 0 });
    expect(state.stateHash()).toBe(hash);
  });

  test('goes on with the configuration and the sealing that were in force', async () => {
    await append(0, 5);
    await state.writeSnapshot();
    const { fleet } = state;
    await reopen();
    expect(state.fleet).toEqual(fleet);
    await state.endOfHistory();
    expect(state.journal.length).toBe(6);
  });
});

describe('[SNAP-7] a damaged snapshot', () => {
  beforeEach(async () => {
    await append(0, 8);
    await state.writeSnapshot();
    await append(8, 16);
    await state.writeSnapshot();
    await append(16, 20);
  });

  test('is told, and the next older whole one is used', async () => {
    const hash = state.stateHash();
    await place.damage('snapshots', snapshotFile(16));
    await reopen();
    expect(state.snapshot.records).toBe(8);
    expect(state.stateHash()).toBe(hash);
    const told = expect.objectContaining({ code: 'damaged', file: snapshotFile(16) });
    expect(place.faults).toEqual([told]);
    expect(state.damaged).toEqual([told]);
  });

  test('that was cut short is no other', async () => {
    const hash = state.stateHash();
    await truncate(join(place.dir, 'snapshots', snapshotFile(16)), 1_000);
    await reopen();
    expect(state.snapshot.records).toBe(8);
    expect(state.stateHash()).toBe(hash);
  });

  test('is no loss where the journal reaches back to its beginning', async () => {
    const hash = state.stateHash();
    for (const records of [8, 16]) await place.damage('snapshots', snapshotFile(records));
    await reopen();
    expect(state.snapshot.records).toBe(0);
    expect(state.stateHash()).toBe(hash);
  });

  test('is an error that names what is missing where the journal does not', async () => {
    await state.journal.dropBefore(12);
    await place.damage('snapshots', snapshotFile(16));
    await state.close();
    await expect(place.open()).rejects.toMatchObject({
      code: 'records_missing',
      message: expect.stringMatching(
        /^The journal begins with record 12, and the next usable snapshot stands before record 8: records 8 to 11 are missing\. .*0016\.snap is damaged at byte \d+/,
      ),
    });
    await rm(join(place.dir, 'snapshots'), { recursive: true });
    await expect(place.open()).rejects.toMatchObject({
      code: 'records_missing',
      message:
        'The journal begins with record 12, and there is no usable snapshot: records 0 to 11 are missing. Restore the directory from a backup.',
    });
  });
});

describe('[SNAP-11] a history that is behind the snapshot', () => {
  test('is told again, from an older snapshot or from the beginning', async () => {
    await append(0, 8);
    await state.writeSnapshot();
    await append(8, 16);
    const hash = state.stateHash();
    expect(state.past.settle()).toBe(16);
    await state.close();
    await rm(join(place.dir, 'history.db'));
    state = await place.open();
    expect(state.snapshot.records).toBe(0);
    expect(state.stateHash()).toBe(hash);
    expect(state.past.settle()).toBe(16);
  });
});

describe('a snapshot and its journal', () => {
  test('belong together: a journal that ends before the snapshot has lost records', async () => {
    await append(0, 9);
    await state.writeSnapshot();
    await state.close();
    const journal = join(place.dir, 'journal');
    for (const name of readdirSync(journal).sort().slice(6)) await rm(join(journal, name));
    await expect(place.open()).rejects.toMatchObject({
      code: 'records_lost',
      message: expect.stringContaining('records 6 to 8 were lost'),
    });
  });

  test('belong together with the history: one that knows more is kept, and the journal has lost records', async () => {
    await append(0, 9);
    state.past.settle();
    await state.close();
    const journal = join(place.dir, 'journal');
    for (const name of readdirSync(journal)) await rm(join(journal, name));
    const history = readFileSync(join(place.dir, 'history.db'));
    await expect(place.open()).rejects.toMatchObject({
      code: 'records_lost',
      message: expect.stringContaining('records 0 to 8 were lost'),
    });
    expect(readFileSync(join(place.dir, 'history.db')).equals(history)).toBe(true);
  });

  test.each([0, 4_096])('[SNAP-12] a history damaged at byte %i is kept aside and told again', async (at) => {
    await append(0, 9);
    state.past.settle();
    await state.close();
    const path = join(place.dir, 'history.db');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x58, at));
    state = await place.open();
    expect(state.past.settle()).toBe(9);
    expect(place.faults.map(String)).toEqual([expect.stringContaining(`${path} is damaged; it is kept as`)]);
    const [aside = ''] = readdirSync(place.dir).filter((name) => name.startsWith('history.db.aside-'));
    expect(readFileSync(join(place.dir, aside)).equals(bytes)).toBe(true);
  });

  test('belong to their keys', async () => {
    await append(0, 9);
    await state.writeSnapshot();
    await state.close();
    const other = await DataDirectory.make();
    await (await other.open()).close();
    await rm(join(place.dir, 'keys'), { recursive: true });
    await cp(join(other.dir, 'keys'), join(place.dir, 'keys'), { recursive: true });
    await expect(place.open()).rejects.toMatchObject({ code: 'keys_changed' });
    await other.remove();
  });
});

test('[SNAP-16] a snapshot that this user cannot read stops the start, with what to do', async () => {
  await append(0, 9);
  await state.writeSnapshot();
  const shelf = join(place.dir, 'snapshots');
  await chmod(listSnapshots(shelf)[0]?.path ?? '', 0o000);
  // Whoever runs the tests may be root, who reads everything.
  const program = `
    import { recover } from ${moduleOf('data-directory/recovery.ts')};
    if (process.getuid() === 0) process.setuid(65534);
    try {
      recover(${JSON.stringify(place.dir)}, null, { first: 0, length: 9 }, 9, () => undefined);
    } catch ({ code, message }) {
      console.log(code, message);
    }
  `;
  for (const folder of [place.dir, shelf]) await chmod(folder, 0o755);
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout).toMatch(/^unreadable .*\.snap is not readable for the user .*chown -R/);
});
