import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataDirectory, live } from '../app/data-directory.fixture.ts';
import { openOperations } from '../app/index.ts';
import { loadConfig } from '../config/index.ts';
import { FleetState } from './fleet-state.ts';

let place: DataDirectory;

beforeEach(async () => {
  place = await DataDirectory.make();
  const state = await open();
  await live(state, 0, 6);
  await state.close();
});
afterEach(() => place.remove());

const open = () => FleetState.open(place.dir, place.effects, { progress: () => undefined });
const segment = () => join(place.dir, 'journal', '00000000000000000000.seg');

/** In the last group. */
function flip(): Buffer {
  const bytes = readFileSync(segment());
  const at = bytes.length - 10;
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  writeFileSync(segment(), bytes);
  return bytes;
}

/** A crash in the middle of a write. */
function tear(): Buffer {
  const bytes = Buffer.concat([readFileSync(segment()), Buffer.from('half a group')]);
  writeFileSync(segment(), bytes);
  return bytes;
}

/** Every file but the history, which follows from the journal, and who owns the directory. */
function files(): ReadonlyMap<string, string> {
  const names = readdirSync(place.dir, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && !/^(?:history\.db|owner\.)/.test(each.name))
    .map((each) => join(each.parentPath, each.name));
  return new Map(names.map((name) => [name, readFileSync(name, 'hex')]));
}

async function doctor() {
  const config = loadConfig({ dir: place.dir, file: null, environment: [], flags: [] });
  const request = { dir: place.dir, config, isLookedAt: true, onProgress: () => undefined };
  const opened = await openOperations(request, place.effects);
  const report = await opened.operations.doctor({});
  await opened.close();
  return report;
}

describe('[JRN-11] the end of a journal', () => {
  test('that the history knows of is damage: a start says where, and changes nothing', async () => {
    const damaged = flip();
    await expect(open()).rejects.toMatchObject({ code: 'corrupt' });
    expect(readFileSync(segment()).equals(damaged)).toBe(true);
  });

  test('that nobody knows of is cut, kept aside and told', async () => {
    const whole = tear().length - 'half a group'.length;
    const state = await open();
    expect(state.journal.length).toBe(6);
    expect(String(place.faults)).toMatch(`12 bytes at the end of journal segment`);
    expect(readFileSync(segment())).toHaveLength(whole);
    expect(readFileSync(join(place.dir, 'journal/torn.bytes'), 'utf8')).toBe('half a group');
    await state.close();
  });

  test('stays for doctor as it is, like all the rest', async () => {
    tear();
    const before = files();
    const { checks } = await doctor();
    expect(checks.find(({ check }) => check === 'journal')).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('a start cuts them'),
    });
    expect(files()).toEqual(before);
  });
});
