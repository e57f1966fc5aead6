import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Feed, FeedId, FingerprintOfName, StateReader, StateWriter } from '../../model/index.ts';
import { openSnapshot, SnapshotError, writeSnapshot } from '../../snapshot/index.ts';
import { IndicatorTable, type Listed } from '../indicator-table.ts';
import { address, domain, feeds, hash, listing, sealed } from './any-feeds.fixture.ts';
import { fingerprint } from './fingerprint.fixture.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stance-indicators-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

function written(table: IndicatorTable): string {
  const save = (to: StateWriter) => {
    const kept = to.derived('table');
    if (kept !== null) table.save(kept);
  };
  return writeSnapshot(dir, { records: 1, stateVersion: 1 }, { save, load: () => undefined }).path;
}

function read(path: string, under: FingerprintOfName = fingerprint): IndicatorTable | null {
  const snapshot = openSnapshot(path);
  try {
    let loaded: IndicatorTable | null = null;
    snapshot.load({
      load: (from) => (loaded = IndicatorTable.load(from.derived('table') as StateReader, under)),
    });
    return loaded;
  } finally {
    snapshot.close();
  }
}

function isRefused(path: string): boolean {
  try {
    read(path);
    return false;
  } catch (cause) {
    if (cause instanceof SnapshotError) return true;
    throw cause;
  }
}

const question = fc.oneof(
  address.map((value) => ({ type: 'ip' as const, value })),
  domain.map((value) => ({ type: 'domain' as const, value })),
  hash.map((value) => ({ type: 'hash' as const, value })),
);

describe('[THREAT-TABLE-2] a table that was written down answers as before, and a damaged one is refused', () => {
  test('whatever it holds', () => {
    fc.assert(
      fc.property(feeds, fc.array(question), (some, questions) => {
        const table = IndicatorTable.build(some, fingerprint);
        const again = read(written(table)) as IndicatorTable;
        expect(again.bytes).toBe(table.bytes);
        for (const each of questions) {
          expect(again.match(each)).toEqual(table.match(each));
          if (each.type !== 'domain') continue;
          expect(again.matchSealed(sealed(each.value))).toEqual(table.matchSealed(sealed(each.value)));
        }
      }),
    );
  });

  test('every flipped byte and every cut', () => {
    const path = written(IndicatorTable.build(twoFeeds(), fingerprint));
    const whole = readFileSync(path);
    const flips = fc.sample(fc.integer({ min: 1, max: 255 }), { numRuns: whole.length, seed: 1 });
    const file = openSync(path, 'r+');
    const unseen = flips.flatMap((flip, at) => {
      const byte = whole[at] ?? 0;
      writeSync(file, Uint8Array.of(byte ^ flip), 0, 1, at);
      const isSeen = isRefused(path);
      writeSync(file, Uint8Array.of(byte), 0, 1, at);
      return isSeen ? [] : [at];
    });
    closeSync(file);
    expect(unseen).toEqual([]);
    expect(isRefused(path)).toBe(false);
    for (let length = 0; length < whole.length; length += 97) {
      writeFileSync(path, whole.subarray(0, length));
      expect(() => read(path), `${length} bytes`).toThrow(expect.objectContaining({ code: 'damaged' }));
    }
  });

  test('of other keys, or of another version, it is not read: it is built anew', () => {
    const table = IndicatorTable.build(twoFeeds(), fingerprint);
    const path = written(table);
    const other: FingerprintOfName = (name) => fingerprint(`other ${name}`);
    expect(read(path, other)).toBeNull();
    const newer = {
      plain: () => ({ version: 7, sealed: table.memory.sealed }),
    } as unknown as Parameters<typeof IndicatorTable.load>[0];
    expect(IndicatorTable.load(newer, fingerprint)).toBeNull();
  });
});

describe('[THREAT-TABLE-3] a table is built in small steps beside the running one', () => {
  test('and a look-up answers from one version, at any step of the next', () => {
    const name = 'evil.example.org';
    const versions = fc.array(fc.array(listing, { minLength: 1, maxLength: 20 }), {
      minLength: 2,
      maxLength: 6,
    });
    fc.assert(
      fc.property(versions, (all) => {
        let running = IndicatorTable.build([], fingerprint);
        for (const [version, listings] of all.entries()) {
          const named = { ...listings[0], type: 'domain', value: name } as Listed;
          const feed = { ...listedBy(version), listings: [...listings, named] };
          const before = running.matchDomain(`www.${name}`).map(({ feedAsOf }) => feedAsOf);
          const steps = IndicatorTable.building(listedIn(feed), fingerprint);
          for (;;) {
            const step = steps.next();
            expect(running.matchDomain(`www.${name}`).map(({ feedAsOf }) => feedAsOf)).toEqual(before);
            if (step.done !== true) continue;
            running = step.value;
            break;
          }
          expect(running.matchDomain(`www.${name}`).map(({ feedAsOf }) => feedAsOf)).toEqual([version]);
        }
      }),
    );
  });

  test('no step takes in more than some thousand listings, nor does any later one do more', () => {
    let taken = 0;
    let most = 0;
    let pulled = 0;
    const endless = (function* () {
      for (; taken < 50_000; taken++) {
        pulled++;
        yield {
          ...[...(twoFeeds()[0]?.listings ?? [])][0],
          value: `d${taken}.example.org`,
          feed: 'a',
        } as Listed;
      }
    })();
    const steps = IndicatorTable.building(endless, fingerprint);
    let count = 0;
    for (let step = steps.next(); step.done !== true; step = steps.next()) {
      most = Math.max(most, pulled);
      pulled = 0;
      count++;
    }
    expect(most).toBeLessThanOrEqual(1_025);
    // Taking in, indexing and sealing of 50,000 names give way too.
    expect(count).toBeGreaterThan(400);
  });
});

test('[THREAT-TABLE-4] another thread answers from the same memory', async () => {
  const table = IndicatorTable.build(twoFeeds(), fingerprint);
  for (const arrays of Object.values(table.memory.arrays)) {
    for (const array of Object.values(arrays)) expect(array.buffer).toBeInstanceOf(SharedArrayBuffer);
  }
  const names = ['evil.example.org', 'a.evil.example.org', 'example.org', 'other.example.org'];
  const worker = new Worker(new URL('answering-thread.fixture.ts', import.meta.url), {
    workerData: { memory: table.memory, names },
  });
  const answers = await new Promise((resolve, reject) =>
    worker.once('message', resolve).once('error', reject),
  );
  expect(answers).toEqual(names.map((name) => table.matchDomain(name)));
  expect(table.matchDomain('a.evil.example.org')).toHaveLength(1);
});

function twoFeeds(): Feed[] {
  const facts = {
    categories: ['phishing'],
    confidence: 0.7,
    firstSeen: null,
    lastSeen: 1.5,
    actors: [],
  } as const;
  return [
    {
      ...listedBy(1),
      listings: [
        { ...facts, type: 'domain', value: 'evil.example.org' },
        { ...facts, type: 'ip', value: '45.9.148.1' },
        { ...facts, type: 'ip', value: '45.9.148.0/24' },
        { ...facts, type: 'hash', value: 'ab'.repeat(32) },
      ],
    },
    { ...listedBy(2), listings: [{ ...facts, type: 'ip', value: '45.9.148.1' }] },
  ];
}

function listedBy(version: number): Feed {
  return { id: `feed${version}` as FeedId, asOf: version, format: 'plain', lineage: 'one', listings: [] };
}

function listedIn(feed: Feed): Listed[] {
  const { id, lineage, asOf } = feed;
  return [...feed.listings].map((each) => ({ ...each, feed: id, lineage, feedAsOf: asOf }));
}
