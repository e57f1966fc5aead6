import { runChild } from './child.ts';
import { largeFleet } from './copies.ts';
import { type Figure, figure, growthNote, rounded, slope } from './figure.ts';
import type { Measurement, Setting } from './measurement.ts';
import type { BusyInput, BusyWeighed } from './busy-process.ts';

const GOAL_ENTITIES = 1_000_000;

/** What an engine keeps per entity: of a simulated mix, and of the busiest that there may be. */
export const memory: Measurement = {
  keys: ['memory.bytes_per_entity', 'memory.busiest_bytes_per_entity'],
  async measure(setting) {
    const figures: Figure[] = [];
    if (setting.isWanted('memory.bytes_per_entity')) figures.push(await mixed(setting));
    if (setting.isWanted('memory.busiest_bytes_per_entity')) figures.push(await busiest(setting));
    return figures;
  },
};

async function mixed(setting: Setting): Promise<Figure> {
  const { entities, bytes, columnBytes, rssBytes, model, copies } = await largeFleet(setting);
  const value = bytes / entities;
  const note = `${copies} copies under fresh ids, addresses and fingerprints of the state of ${model.entities} entities (${model.devices} devices and their people and workloads, ${model.days} days, ${model.events} events), read from its snapshot into one engine; every entity was asked for once (its profile: devices and users are objects from then on; what they learnt sleeps on); copied entities answer as their model; heap and array buffers after full collections, less those before; ${rounded(columnBytes / bytes)} of it columns; RSS grew by ${rounded(rssBytes / entities)} bytes per entity. Shared, not copied: names learnt, feeds, policies, fleet history; the reverse index of destinations is filled to its bound`;
  const belowScale = entities < GOAL_ENTITIES;
  return figure('memory.bytes_per_entity', { value, runs: [value], note, belowScale });
}

async function busiest({ quick, progress }: Setting): Promise<Figure> {
  const sizes = quick ? [50, 100] : [1_000, 4_000];
  progress(`${sizes.join(', ')} servers that fill every bound`);
  const weighed: BusyWeighed[] = [];
  for (const devices of sizes) {
    const input: BusyInput = { devices };
    weighed.push((await runChild('busy-process.ts', input, null, ['--expose-gc'])) as BusyWeighed);
  }
  const runs = weighed.map(({ bytes, devices }) => bytes / devices);
  const [small, large] = [weighed[0], weighed.at(-1)];
  if (small === undefined || large === undefined) throw new RangeError('bench: no size');
  const growth = slope([small.devices, small.bytes], [large.devices, large.bytes]);
  // What all of them share (tables, code) is in both.
  const value = (large.bytes - small.bytes) / (large.devices - small.devices);
  const note = `servers that each know as many destinations as are remembered (${large.destinations}, all outside); what ${large.devices} hold more than ${small.devices}; ${growthNote(growth)}`;
  return figure('memory.busiest_bytes_per_entity', { value, runs, note, belowScale: quick });
}
