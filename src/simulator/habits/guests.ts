import { HOUR, instantOf, localTime, type Micros } from '../calendar.ts';
import type { Habit } from '../habit.ts';
import { GUEST_NETWORK, nthAddress } from '../organisation.ts';
import type { Random } from '../random.ts';
import { sitting } from '../wire.ts';
import { chanceOf, type World } from '../world.ts';

/** One guest for so many devices of the house. */
const DEVICES_PER_GUEST = 26;
const PHONE_NAMES = ['iPhone', 'iPhone', 'Galaxy-S24', 'Pixel-8', null];

/** Visitors' phones in the guest network, each with a MAC that it made up for this network. */
export function guestHabits(world: World): readonly Habit[] {
  const count = Math.max(2, Math.round(world.organisation.devices.length / DEVICES_PER_GUEST));
  return Array.from({ length: count }, (_, index) => phone(world, index));
}

function phone(world: World, index: number): Habit {
  const { wire, internet, leases, organisation, begin, until } = world;
  const random = chanceOf(world, `guest/${index}`);
  const hostName = random.pick(PHONE_NAMES);
  const mac = randomisedMac(random);
  const host = { address: nthAddress(GUEST_NETWORK, index) };
  const resolver = organisation.serverFor('domain');
  const days = visitDays(random, begin, until);
  let arrivedOn = Number.NaN;
  return (from, end) => {
    const { day, hour } = localTime(from);
    if (!days.has(day) || hour < 9 || hour > 16) return;
    const span = end - from;
    if (arrivedOn !== day) {
      arrivedOn = day;
      leases.grantGuest(from, mac, hostName, host.address);
    }
    for (let visits = random.poisson((6 * span) / HOUR); visits > 0; visits--) {
      const at = from + random.int(span);
      const service = random.pick(internet.phones);
      if (random.chance(0.5)) wire.lookUp(at, host, resolver, service);
      wire.browse(at + 30_000, host, service, sitting(random, 2_000, 20_000));
    }
  };
}

/** Two or three working days of the period. */
function visitDays(random: Random, begin: Micros, until: Micros): ReadonlySet<number> {
  const first = localTime(begin).day;
  const last = localTime(until).day;
  const working = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
    (day) => localTime(instantOf(day, 12)).weekday <= 5,
  );
  return new Set(random.shuffled(working).slice(0, random.between(2, 3)));
}

/** Locally administered and unicast: the second hex digit is 2, 6, a or e (IEEE 802c). */
function randomisedMac(random: Random): string {
  const first = `${random.hex(1)}${random.pick(['2', '6', 'a', 'e'])}`;
  return [first, ...Array.from({ length: 5 }, () => random.hex(2))].join(':');
}
