// Builds fleets of several sizes in one heap and asks them in turn.
import type { DeviceId, PostureReader } from '../src/model/index.ts';
import { giveBack, inputOf } from './child.ts';
import { populate } from './population.ts';

export interface QueriesInput {
  /** Ascending. */
  readonly sizes: readonly number[];
  readonly rounds: number;
}

/** Milliseconds of engine time per question, by size. */
export interface QueryTimes {
  readonly fleet: readonly (readonly number[])[];
  /** At the largest size, a different device each time. */
  readonly entity: readonly number[];
}

const { sizes, rounds } = inputOf() as QueriesInput;
const fleets = sizes.map(populate);
const largest = fleets.at(-1);
if (largest === undefined) throw new RangeError('bench: at least one size is needed');

const fleet: number[][] = sizes.map(() => []);
for (let round = -rounds; round < rounds; round++) {
  for (const [index, { reader }] of fleets.entries()) {
    const took = await fleetQuestion(reader);
    if (round >= 0) fleet[index]?.push(took);
  }
}
const entity: number[] = [];
const questions = 10 * rounds;
for (let turn = -questions; turn < questions; turn++) {
  // A stride that meets them in no order; not the devices at risk only.
  const device = largest.devices[((turn + questions) * 7_919) % largest.devices.length];
  if (device === undefined) continue;
  const took = await entityQuestion(largest.reader, device);
  if (turn >= 0) entity.push(took);
}
giveBack({ fleet, entity } satisfies QueryTimes);

async function fleetQuestion(reader: PostureReader): Promise<number> {
  const start = performance.now();
  await reader.ask('get_fleet_posture', {}, 'bench');
  return performance.now() - start;
}

async function entityQuestion(reader: PostureReader, device: DeviceId): Promise<number> {
  const start = performance.now();
  const outcome = await reader.ask('get_device_posture', { device_id: device }, 'bench');
  const took = performance.now() - start;
  if (!outcome.ok) throw new Error(`bench: ${outcome.problem.message}`);
  return took;
}
