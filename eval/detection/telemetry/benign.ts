import { join } from 'node:path';
import { type Address, type EpochMs, HOUR_MS, type Observation } from '../../../src/model/index.ts';
import type { BenignSet, Use } from '../sets/set.ts';
import { readLabels } from './labels.ts';
import { endsOf } from './ends.ts';
import { membership } from './networks.ts';
import { readTelemetry } from './read.ts';
import { type Talk, talksOf } from './talk.ts';

/** A machine that says less than this is no life to judge. */
const LEAST_EVENTS = 20;

/** A benign set, read. */
export interface Background {
  readonly name: string;
  readonly networks: readonly string[];
  readonly uses: readonly Use[];
  /** Ours that are judged. */
  readonly hosts: readonly string[];
  readonly observations: readonly Observation[];
  readonly talks: readonly Talk[];
  /** Flow id → label; empty where nothing is labelled. */
  readonly labels: ReadonlyMap<string, string>;
  readonly begin: EpochMs;
  readonly end: EpochMs;
  /** Every address that occurs. */
  readonly addresses: ReadonlySet<string>;
  readonly isOwn: (address: string) => boolean;
}

export async function readBackground(folder: string, set: BenignSet): Promise<Background> {
  const paths = set.logs.map((each) => join(folder, each));
  const { observations } = await readTelemetry(paths);
  return backgroundOf(set, observations, await readLabels(paths));
}

/** @param observations in order of time */
export function backgroundOf(
  set: BenignSet,
  observations: readonly Observation[],
  labels: ReadonlyMap<string, string>,
): Background {
  const isOwn = membership(set.networks);
  const addresses = new Set<string>();
  for (const each of observations) {
    const ends = endsOf(each);
    if (ends !== null) addresses.add(ends.from.address).add(ends.to.address);
  }
  return {
    name: set.name,
    networks: set.networks,
    uses: set.uses,
    hosts: set.hosts ?? busyHosts(observations, isOwn),
    observations,
    talks: talksOf(observations),
    labels,
    begin: observations[0]?.time ?? 0,
    end: observations.at(-1)?.time ?? 0,
    addresses,
    isOwn,
  };
}

/** Days over which a background was watched. */
export function daysOf({ begin, end }: Pick<Background, 'begin' | 'end'>): number {
  return (end - begin) / (24 * HOUR_MS);
}

/** When its second half begins, at a full hour: the first half is what peers train on. */
export function testBegins({ begin, end }: Pick<Background, 'begin' | 'end'>): EpochMs {
  return Math.ceil((begin + end) / 2 / HOUR_MS) * HOUR_MS;
}

function busyHosts(
  observations: readonly Observation[],
  isOwn: (address: Address) => boolean,
): readonly string[] {
  const events = new Map<string, number>();
  for (const each of observations) {
    const opener = endsOf(each)?.from.address;
    if (opener !== undefined && isOwn(opener)) events.set(opener, (events.get(opener) ?? 0) + 1);
  }
  return [...events]
    .filter(([, count]) => count >= LEAST_EVENTS)
    .map(([address]) => address)
    .sort();
}
