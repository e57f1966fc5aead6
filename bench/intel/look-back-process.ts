// Has a fleet meet destinations, then makes a feed active that lists some of them.
import type { Engine } from '../../src/engine/index.ts';
import { type IndicatorTable, metBefore } from '../../src/exposure/index.ts';
import { DAY_MS, type EntityId, type Feed, type FeedId, type Listing } from '../../src/model/index.ts';
import { giveBack, inputOf } from '../child.ts';
import { BEGIN, enrolled } from '../population.ts';
import { kindOf, textOf, typeOf } from './indicators.ts';

export interface LookBackInput {
  readonly indicators: number;
  readonly devices: number;
  /** Distinct destinations that the fleet met. */
  readonly destinations: number;
  readonly perDevice: number;
  readonly rounds: number;
}

export interface LookBackTimes {
  /** Milliseconds of CPU for the record of the feed, and of these for the look-back without settling. */
  readonly record: readonly number[];
  readonly lookBack: readonly number[];
  /** Of the record where it was prepared, as a server does, and the longest of the steps in which it was. */
  readonly prepared: readonly number[];
  readonly longestStep: number;
  /** Devices that met what is listed. */
  readonly recognised: number;
}

/** One destination in so many is listed. */
const LISTED_ONE_IN = 500;

const input = inputOf() as LookBackInput;
const record: number[] = [];
const lookBack: number[] = [];
const prepared: number[] = [];
let longestStep = 0;
let recognised = 0;
// The first round warms up and does not count.
for (let round = -1; round < input.rounds; round++) {
  const { engine, devices } = enrolled(input.devices);
  meet(engine, devices);
  const feed = feedOf(input.indicators);
  const before = engine.indicators;
  const whole = timed(() => engine.apply({ kind: 'feed', at: BEGIN, feed, actor: 'bench' }));
  const looked = timed(() => lookedBack(engine, before));
  recognised = devices.filter((id) => engine.partitionOf(id).sightings.of(id).length > 0).length;
  if (recognised === 0) throw new Error('bench: nobody met what is listed');
  if (round < 0) continue;
  record.push(whole);
  lookBack.push(looked);
  prepared.push(withPreparation(feed));
}
giveBack({ record, lookBack, prepared, longestStep, recognised } satisfies LookBackTimes);

function withPreparation(feed: Feed): number {
  const { engine, devices } = enrolled(input.devices);
  meet(engine, devices);
  const change = { kind: 'feed', at: BEGIN, feed, actor: 'bench' } as const;
  const steps = engine.preparing(change);
  for (;;) {
    let isDone: boolean | undefined;
    const took = timed(() => {
      isDone = steps.next().done;
    });
    longestStep = Math.max(longestStep, took);
    if (isDone === true) break;
  }
  return timed(() => engine.apply(change));
}

function lookedBack(engine: Engine, before: IndicatorTable): number {
  const { destinations, files, askers, indicators: table, warnings, keys, now } = engine;
  const remembered = { destinations, files, asked: askers.domains };
  return [...metBefore(remembered, { table, before, warnings, sealName: keys.sealName }, now)].length;
}

/** Neighbours share most of their destinations; of three in ten only a name is known. */
function meet({ destinations, keys }: Engine, devices: readonly EntityId[]): void {
  const { perDevice, destinations: distinct } = input;
  for (const [index, device] of devices.entries()) {
    for (let nth = 0; nth < perDevice; nth++) {
      const place = (index * Math.ceil(distinct / devices.length) + nth) % distinct;
      const at = BEGIN - (place % 14) * DAY_MS;
      destinations.observe(keyOf(place, keys.fingerprint), device, at, 'reached');
    }
  }
}

function keyOf(place: number, fingerprint: (name: string) => string): string {
  const [kind, nth] = [
    place % 10 < 7 ? 'ipv4' : place % 10 < 9 ? 'registrable' : 'host',
    numberOf(place),
  ] as const;
  const text = textOf(kind, nth);
  if (kind === 'ipv4') return text;
  return kind === 'host' ? `name:${fingerprint(text)}` : `domain:${text}`;
}

/** Beyond what the feed lists, but for one in so many. */
function numberOf(place: number): number {
  return place % LISTED_ONE_IN === 0 ? place : 50_000_000 + place;
}

function feedOf(count: number): Feed {
  const listings = Array.from({ length: count }, (_, nth): Listing => {
    // What is met and listed is an address.
    const kind = nth % LISTED_ONE_IN === 0 ? 'ipv4' : kindOf(nth);
    const common = { categories: ['c2_server'], confidence: 0.9, actors: [] } as const;
    return { ...common, type: typeOf(kind), value: textOf(kind, nth), firstSeen: null, lastSeen: null };
  });
  return { id: 'look-back' as FeedId, asOf: BEGIN, format: 'plain', lineage: 'look-back', listings };
}

/** Of this thread's own time: others' work on the machine is none of it. */
function timed(work: () => unknown): number {
  const begun = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1_000;
}
