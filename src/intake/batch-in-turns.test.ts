import { cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { configured } from '../app/data-directory.fixture.ts';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import type { Address, EpochMs, Observation, SensorId, SiteId } from '../model/index.ts';
import type { IntakeBatch } from '../sources/index.ts';
import { readingPort } from './intake.ts';

const START: EpochMs = Date.UTC(2026, 2, 2);
const HQ = 'hq' as SiteId;
const EVENTS = 400;

let dir: string;
let state: FleetState;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-turns-'));
  state = await opened('own');
  await state.append(configured);
  let now = 0;
  // Every step takes longer than a turn.
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 10));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await state.close();
  await rm(dir, { recursive: true });
});

function opened(name: string): Promise<FleetState> {
  const effects = stillEffects(() => START);
  return FleetState.open(join(dir, name), effects, { progress: () => undefined });
}

/** Each event is of an address that nobody knew, and a second after the one before. */
function batch({ named }: { readonly named: boolean }): IntakeBatch {
  const observations = Array.from({ length: EVENTS }, (_, index): Observation => {
    const address = `10.1.${index >> 7}.${1 + (index & 127)}` as Address;
    return {
      kind: 'connection',
      time: START + index * 1_000,
      provenance: { site: HQ, sensor: 'fw' as SensorId, uid: null, communityId: null },
      from: { address, port: 50_000, local: null },
      to: { address: '198.51.100.1' as Address, port: 443, local: null },
      protocol: 'tcp',
      service: null,
      durationMs: 1_000,
      bytesOut: 800,
      bytesIn: 4_000,
      outcome: 'established',
      ...(named ? { name: 'www.example.com' } : {}),
    };
  });
  return {
    observations,
    origins: observations.map(() => ({ producer: 0, at: 0 })),
    producers: [{ producer: 'http:fw/', upTo: 1 }],
    uids: [],
  };
}

function known({ engine }: FleetState): number {
  return [...engine.directory.entities()].length;
}

/** How many were known at each turn of the loop until it was done. */
async function watched(work: Promise<unknown>, atTurn: () => Promise<void> = nextTurn): Promise<number[]> {
  const seen: number[] = [];
  let isDone = false;
  const doing = work.finally(() => (isDone = true));
  // oxlint-disable-next-line no-unmodified-loop-condition -- it is, when the work is done
  while (!isDone) {
    seen.push(known(state));
    await atTurn();
  }
  await doing;
  return seen;
}

test('[PRESS-13] others have their turn while a batch is applied, and it is acknowledged when all of it is', async () => {
  const seen = await watched(
    state.take(batch({ named: true })).then(() => expect(known(state)).toBe(EVENTS)),
  );
  const between = new Set(seen.filter((count) => count > 0 && count < EVENTS));
  expect(between.size).toBeGreaterThan(10);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

test('[PRESS-13] the same for batches of a reading, of which several are on their way', async () => {
  const port = readingPort(state);
  const half = { ...batch({ named: false }), reading: {} };
  const second = {
    ...half,
    observations: half.observations.map((each) => ({ ...each, time: each.time + 1_000_000 })),
    origins: half.origins.map(() => ({ producer: 0, at: 1 })),
    producers: [{ producer: 'http:fw/', upTo: 2 }],
  };
  const seen = await watched(Promise.all([port.take(half), port.take(second)]));
  expect(new Set(seen).size).toBeGreaterThan(10);
  expect(state.events).toBe(2 * EVENTS);
});

test('[PRESS-13] a tick, a word and a snapshot that come in the middle wait for the end of the batch', async () => {
  const later = START + EVENTS * 1_000 + 60_000;
  const ended: string[] = [];
  const note = (what: string) => () => void ended.push(`${what} ${known(state)}`);
  const asked: Promise<unknown>[] = [];
  await watched(state.take(batch({ named: true })).then(note('batch')), async () => {
    if (known(state) > 0 && asked.length === 0)
      asked.push(
        state.append({ kind: 'clock', at: later }).then(note('tick')),
        state.change(() => ({ record: null, answer: () => null })).then(note('word')),
        state.writeSnapshot().then(note('snapshot')),
      );
    await nextTurn();
  });
  await Promise.all(asked);
  expect(ended).toEqual([`batch ${EVENTS}`, `tick ${EVENTS}`, `word ${EVENTS}`, `snapshot ${EVENTS}`]);
  expect(state.engine.time.now).toBe(later);
});

test('[PRESS-13] a process that was killed in the middle of a batch has all of it after the next start, once', async () => {
  const marks: unknown[] = [];
  await watched(state.take(batch({ named: true })), async () => {
    if (marks.length === 0 && known(state) > EVENTS / 2) {
      state.past.write();
      marks.push(state.past.history.mark);
      // What a kill leaves: the batch is on disk, and applied in part.
      cpSync(join(dir, 'own'), join(dir, 'killed'), { recursive: true });
    }
    await nextTurn();
  });
  expect(marks).toEqual([{ records: 1, changes: expect.any(Number) }]);
  const restarted = await opened('killed');
  expect(restarted.events).toBe(EVENTS);
  expect(restarted.stateHash()).toBe(state.stateHash());
  expect([restarted.past.settle(), state.past.settle()]).toEqual([2, 2]);
  const published = [restarted, state].map(({ past: { history } }) =>
    history.published({ record: -1, ordinal: 0 }, 10_000).map(({ origin }) => origin),
  );
  expect(published[0]).toEqual(published[1]);
  const at = START + 200_000;
  const then = [restarted, state].map(({ past: { history } }) =>
    JSON.stringify([...history.asOf(at).entities()]),
  );
  expect(then[0]).toEqual(then[1]);
  await restarted.close();
});
