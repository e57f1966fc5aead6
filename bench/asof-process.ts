// Writes the history of a large fleet through the store's own door, and asks what was at any instant of it.
import type { DeviceId, EntityId, EpochMs, PostureReader } from '../src/model/index.ts';
import { iso } from '../src/model/index.ts';
import { createPastView, createPostureReader } from '../src/posture/index.ts';
import { type Entry, type History, openHistory } from '../src/store/index.ts';
import { giveBack, inputOf } from './child.ts';
import { livesOf } from './lives.ts';
import type { Simulated } from './simulated.ts';

export interface AsOfInput {
  readonly fleet: Simulated;
  /** The history's file, made here. */
  readonly path: string;
  readonly entities: number;
  readonly questions: number;
}

export interface AsOfTimes {
  readonly entity: readonly number[];
  readonly fleet: readonly number[];
  /** Changes of postures that were written. */
  readonly postures: number;
  /** Entities that live the whole life of their model. */
  readonly whole: number;
  readonly entities: number;
}

/** One entity in so many lives the whole life of its model, so that it is written in minutes. */
const WHOLE_ONE_IN = 20;
/** The others stay as they are after so many changes. */
const FIRST_CHANGES = 15;
/** Entries of one transaction, as the product writes them. */
const BATCH = 5_000;
const ASKER = 'bench';

const { fleet, path, entities, questions } = inputOf() as AsOfInput;
const copies = Math.ceil(entities / fleet.entities);
const whole = Math.ceil(copies / WHOLE_ONE_IN);
const { entries, now } = await livesOf(fleet);
const history = openHistory(path);
const postures = writeAll(history, entries);
const reader = createPostureReader(
  {
    now,
    asOf: async (at, scope) => {
      const then = history.asOf(at);
      if (scope === 'all') await then.gather();
      return createPastView(then, now, new Map());
    },
    changes: async (entity, from, until) => history.changes(entity, from, until),
  },
  () => now.now ?? 0,
);
const devices = [...new Set(entries.map(entityOf))].filter(
  (id) => id?.startsWith('dev_') === true,
) as DeviceId[];
const asked = { entity: await entityTimes(reader), fleet: await fleetTimes(reader) };
history.close();
const told: AsOfTimes = {
  ...asked,
  postures,
  whole: whole * fleet.entities,
  entities: copies * fleet.entities,
};
giveBack(told);

function writeAll(into: History, life: readonly Entry[]): number {
  let waiting: Entry[] = [];
  let written = 0;
  const changes = new Map<EntityId, number>();
  for (const entry of life) {
    const entity = entityOf(entry);
    const before = entity === null ? 0 : (changes.get(entity) ?? 0);
    if (entity !== null && entry.kind === 'posture') changes.set(entity, before + 1);
    const times = entity === null ? 1 : before < FIRST_CHANGES ? copies : whole;
    if (entry.kind === 'posture') written += times;
    for (let copy = 0; copy < times; copy++) {
      waiting.push(copied(entry, copy));
      if (waiting.length < BATCH) continue;
      into.write(waiting, { records: 0, changes: 0 });
      waiting = [];
    }
  }
  into.write(waiting, { records: 0, changes: 0 });
  return written;
}

/** `null` for what is the whole fleet's. */
function entityOf(entry: Entry): EntityId | null {
  if (entry.kind === 'facts') return entry.facts.id;
  if (entry.kind === 'anomaly') return entry.change.anomaly.entity;
  return 'change' in entry ? entry.change.entity : null;
}

/** The same of another entity. */
function copied(entry: Entry, copy: number): Entry {
  switch (entry.kind) {
    case 'posture':
      return { ...entry, change: { ...entry.change, entity: renamed(entry.change.entity, copy) } };
    case 'at_risk':
      return { ...entry, change: { ...entry.change, entity: renamed(entry.change.entity, copy) } };
    case 'facts':
      return { ...entry, facts: { ...entry.facts, id: renamed(entry.facts.id, copy) } };
    case 'anomaly': {
      const { anomaly } = entry.change;
      const entity = renamed(anomaly.entity, copy);
      const incidentId = anomaly.incidentId && (`${anomaly.incidentId}_${copy}` as const);
      const other = { ...anomaly, id: `${anomaly.id}_${copy}` as const, entity, incidentId };
      return { ...entry, change: { ...entry.change, anomaly: other } };
    }
    case 'circumstance':
    case 'point':
      return entry;
  }
}

function renamed<Id extends EntityId>(id: Id, copy: number): Id {
  return `${id}_${copy}` as Id;
}

/** An instant of the whole span, in no order; the same in every run. */
function instant(turn: number, from: EpochMs, until: EpochMs): EpochMs {
  return from + Math.floor(((turn * 0.618_034) % 1) * (until - from));
}

async function entityTimes(asker: PostureReader): Promise<number[]> {
  const { from, until } = spanOf(history);
  // Everybody of the model is known after the first half.
  const known = from + (until - from) / 2;
  return timed(questions, async (turn) => {
    const device = renamed(devices[(turn * 7_919) % devices.length] as DeviceId, (turn * 31) % whole);
    const as_of = iso(instant(turn, known, until));
    return asker.ask('get_device_posture', { device_id: device, as_of }, ASKER);
  });
}

async function fleetTimes(asker: PostureReader): Promise<number[]> {
  const { from, until } = spanOf(history);
  return timed(Math.ceil(questions / 10), async (turn) => {
    return asker.ask('get_fleet_posture', { as_of: iso(instant(turn, from, until)) }, ASKER);
  });
}

/** Twice as many are asked, and the first half not counted. */
async function timed(
  count: number,
  ask: (turn: number) => Promise<{ readonly ok: boolean }>,
): Promise<number[]> {
  const times: number[] = [];
  for (let turn = -count; turn < count; turn++) {
    const start = performance.now();
    const outcome = await ask(turn + count);
    const took = performance.now() - start;
    if (!outcome.ok) throw new Error(`bench: refused: ${JSON.stringify(outcome)}`);
    if (turn >= 0) times.push(took);
  }
  return times;
}

function spanOf({ span }: History): { readonly from: EpochMs; readonly until: EpochMs } {
  if (span === null) throw new Error('bench: nothing was written');
  return span;
}
