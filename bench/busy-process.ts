// Servers that each know as many destinations as are remembered, weighed. Needs --expose-gc.
import { setTimeout as pause } from 'node:timers/promises';
import { type Address, HOUR_MS, LIMITS, type Observation, SECOND_MS } from '../src/model/index.ts';
import { giveBack, inputOf } from './child.ts';
import { addressOf, BEGIN, connection, type Enrolled, enrolled } from './population.ts';

export interface BusyInput {
  readonly devices: number;
}

export interface BusyWeighed extends BusyInput {
  readonly bytes: number;
  /** Of each. */
  readonly destinations: number;
}

/** Enough for rates to be learnt. */
const HOURS = 4;
const DESTINATIONS = LIMITS.destinationsPerEntity;
/** Met by the smallest fleet already: what the fleet keeps of a destination is no entity's. */
const OUTSIDE = 4_096;

const { devices } = inputOf() as BusyInput;
const before = await weigh();
let fleet: Enrolled | null = enrolled(devices);
for (let hour = 0; hour < HOURS; hour++) {
  for (let device = 0; device < devices; device++) fleet.take(anHourOf(device, hour));
}
const bytes = (await weigh()) - before;
// It had to live until now.
const destinations = fleet.devices.length === devices ? DESTINATIONS : 0;
fleet = null;
giveBack({ devices, bytes, destinations } satisfies BusyWeighed);

/** An equal share of its destinations each hour; another second for each device, so that time only goes forward. */
function anHourOf(device: number, hour: number): readonly Observation[] {
  const time = BEGIN + hour * HOUR_MS + Math.floor((device / devices) * 3_500) * SECOND_MS;
  return Array.from({ length: DESTINATIONS / HOURS }, (_, turn) => {
    const number = (device * 7 + hour * (DESTINATIONS / HOURS) + turn) % OUTSIDE;
    const outside = `198.${18 + (number & 1)}.${(number >> 9) & 255}.${(number >> 1) & 255}` as Address;
    return connection(addressOf(device), outside, time);
  });
}

async function weigh(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('bench: weighing needs --expose-gc');
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc();
    await pause(50);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
