import { DAY_MS, type EpochMs, HOUR_MS, NAME_PATTERN, type Site, type SiteId } from '../model/index.ts';
import { type Micros, TIME_ZONE } from './calendar.ts';
import { Gateway } from './gateway.ts';
import { type Habit, untilInstant } from './habit.ts';
import { guestHabits } from './habits/guests.ts';
import { backgroundNoise, serverHabits } from './habits/servers.ts';
import {
  badgeReaderHabits,
  cameraHabits,
  networkGearHabits,
  printerHabits,
  sensorHabits,
} from './habits/things.ts';
import { workstationHabits } from './habits/workstation.ts';
import { inventoryText } from './inventory-text.ts';
import { Leases } from './leases.ts';
import { Logbook, type LogChunk } from './logbook.ts';
import { Organisation } from './organisation.ts';
import { policyText } from './policy-text.ts';
import { Random } from './random.ts';
import { Internet } from './services.ts';
import { Plot, type Story } from './story.ts';
import { feedText } from './threats.ts';
import { Wire } from './wire.ts';
import type { World } from './world.ts';

export type { LogChunk };
export { Random } from './random.ts';

export interface SimulationOptions {
  /** Another seed is another organisation: other names, numbers, makers, addresses. */
  readonly seed: number;
  /** The last instant of the telemetry. */
  readonly until: EpochMs;
  /** How much of ordinary life comes before; 17.5 unless given. */
  readonly days?: number;
  /** Entries of the inventory, at least 12; 312 unless given. */
  readonly devices?: number;
  /** `simulated` unless given. */
  readonly site?: string;
}

/** An organisation that never was, as its operator and its sensors would have written it down. */
export interface SimulatedFleet {
  readonly site: Site;
  /** Realms and NT domains that mean the same people, for the configuration (`Fleet.domains`). */
  readonly domains: Readonly<Record<string, string>>;
  /** Inventory file, YAML. */
  readonly inventory: string;
  /** Policy file, YAML. */
  readonly policies: string;
  /** Threat feed in the format of Zeek's intel framework. */
  readonly feed: string;
  /**
   * The sensors' logs: hour by hour, within an hour by file, within a file in order of time. Each call
   * begins anew and gives the same.
   */
  logs(): Iterable<LogChunk>;
  /** What happens in it. For tests and people; the product must find out by itself. */
  readonly story: Story;
}

const ORDINARY_DAYS = 17.5;
const ORDINARY_DEVICES = 312;

/**
 * Invents a fleet and its telemetry: a pure function of its options, without clock or chance.
 * Throws a `RangeError` that names the option for one out of bounds.
 */
export function simulateFleet(options: SimulationOptions): SimulatedFleet {
  const { seed, until, days = ORDINARY_DAYS, devices = ORDINARY_DEVICES, site = 'simulated' } = options;
  if (!Number.isSafeInteger(until))
    throw new RangeError(`until: ${until} given, an integer of milliseconds needed`);
  if (!(days > 0 && days <= 3_660))
    throw new RangeError(`days: ${days} given, more than 0 and at most 3660 allowed`);
  if (!NAME_PATTERN.test(site))
    throw new RangeError('site: letters, digits, ".", "_" and "-" allowed, at most 64');
  const end = until * 1_000;
  const organisation = new Organisation(seed, end, devices);
  return {
    site: siteOf(site),
    domains: { acme: 'acmecorp.com' },
    inventory: inventoryText(organisation.devices, site),
    policies: policyText(),
    feed: feedText(seed, end),
    logs: () => live(seed, until - Math.round(days * DAY_MS), until, devices),
    story: new Plot(seed, end, organisation).tell(),
  };
}

function siteOf(id: string): Site {
  return {
    id: id as SiteId,
    networks: ['10.0.0.0/8'],
    timeZone: TIME_ZONE,
    workWeek: { days: [1, 2, 3, 4, 5], fromHour: 7, toHour: 19 },
    shared: [],
  };
}

/** Lets everybody live, hour by hour. */
function* live(seed: number, begin: EpochMs, until: EpochMs, devices: number): Generator<LogChunk> {
  const log = new Logbook();
  const world = createWorld(seed, begin * 1_000, until * 1_000, devices, log);
  const habits = habitsOf(world);
  for (let from = begin; from < until; ) {
    const to = Math.min(until, Math.floor(from / HOUR_MS) * HOUR_MS + HOUR_MS);
    for (const habit of habits) habit(from * 1_000, to * 1_000);
    yield* log.rotate(from * 1_000, to * 1_000);
    from = to;
  }
}

function createWorld(seed: number, begin: Micros, until: Micros, devices: number, log: Logbook): World {
  const organisation = new Organisation(seed, until, devices);
  const wire = new Wire(log, new Random(seed, 'wire'));
  const dhcp = organisation.serverFor('domain');
  return {
    seed,
    begin,
    until,
    organisation,
    internet: new Internet(seed),
    wire,
    gateway: new Gateway(log, new Random(seed, 'gateway')),
    leases: new Leases(wire, new Random(seed, 'leases'), dhcp, organisation.workstations.length),
  };
}

function habitsOf(world: World): readonly Habit[] {
  const { organisation } = world;
  const plot = new Plot(world.seed, world.until, organisation);
  return [
    ...organisation.workstations.flatMap((each) => workstationHabits(world, each)),
    ...organisation.cameras.flatMap((each) => cameraHabits(world, each)),
    ...organisation.sensors.flatMap((each) => {
      const habits = sensorHabits(world, each);
      return plot.isSilenced(each) ? habits.map((habit) => untilInstant(habit, plot.silentSince)) : habits;
    }),
    ...organisation.badgeReaders.flatMap((each) => badgeReaderHabits(world, each)),
    ...organisation.printers.flatMap((each) => printerHabits(world, each)),
    ...organisation.network.flatMap((each) => networkGearHabits(world, each)),
    ...organisation.servers.flatMap((each) => serverHabits(world, each)),
    ...guestHabits(world),
    backgroundNoise(world),
    ...plot.habits(world),
  ];
}
