import { businessAt, HOUR, instantOf, localTime, type Micros, MINUTE, SECOND } from '../calendar.ts';
import type { Server, Workstation } from '../device.ts';
import type { Habit } from '../habit.ts';
import type { Random } from '../random.ts';
import type { Service } from '../services.ts';
import { sitting } from '../wire.ts';
import { chanceOf, type World } from '../world.ts';

/** A day at work, or `null` for a day off. */
interface Shift {
  readonly day: number;
  readonly from: Micros;
  readonly until: Micros;
  signedIn: boolean;
}

const WEDNESDAY = 3;

/** A person at a desk: comes, signs in, works, goes to lunch, goes home; hardly ever at weekends. */
export function workstationHabits(world: World, machine: Workstation): readonly Habit[] {
  return [new Desk(world, machine).work];
}

class Desk {
  readonly #world: World;
  readonly #machine: Workstation;
  readonly #random: Random;
  readonly #favourites: readonly Service[];
  readonly #controller: Server;
  /** What is done per hour of full business, and how often. */
  readonly #doings: readonly (readonly [rate: number, act: (at: Micros) => void])[];
  #shift: Shift = { day: Number.NaN, from: 0, until: 0, signedIn: false };

  constructor(world: World, machine: Workstation) {
    this.#world = world;
    this.#machine = machine;
    this.#random = chanceOf(world, machine.id);
    const { internet, organisation } = world;
    this.#favourites = [
      ...internet.popular.slice(0, 5),
      ...this.#random.shuffled(internet.popular.slice(5)).slice(0, 6),
    ];
    const controllers = organisation.servers.filter(({ job }) => job === 'domain');
    this.#controller = this.#random.pick(controllers);
    this.#doings = this.#habitsOf(machine.user.administrator);
  }

  readonly work: Habit = (from, until) => {
    const today = localTime(from);
    if (today.day !== this.#shift.day) this.#shift = this.#plan(today.day, today.weekday);
    const begin = Math.max(from, this.#shift.from);
    const span = Math.min(until, this.#shift.until) - begin;
    if (span <= 0) return;
    if (!this.#shift.signedIn) this.#signIn(begin, today.weekday);
    const business = (businessAt(today.hour) * span) / HOUR;
    for (const [rate, act] of this.#doings) {
      for (let count = this.#random.poisson(rate * business); count > 0; count--) {
        // Nothing is done before the sign-in is through.
        act(begin + MINUTE + this.#random.int(span));
      }
    }
  };

  #habitsOf(administrator: boolean): (readonly [number, (at: Micros) => void])[] {
    const { organisation: all, wire } = this.#world;
    const random = this.#random;
    const machine = this.#machine;
    const eager = 0.6 + random.float() * 0.8;
    const files = all.serverFor('files');
    const doings: (readonly [number, (at: Micros) => void])[] = [
      [5.5 * eager, (at) => this.#browse(at)],
      [1.3, (at) => wire.call(at, machine, all.serverFor('mail'), sitting(random, 6_000, 30_000))],
      [
        0.8 * eager,
        (at) => wire.call(at, machine, all.serverFor('intranet'), sitting(random, 3_000, 60_000)),
      ],
      [0.7, (at) => wire.talk(at, machine, files, 445, 'gssapi,smb', sitting(random, 40_000, 200_000))],
      [0.25, (at) => this.#ticket(at)],
    ];
    if (all.printers.length > 0) {
      const printer = random.pick(all.printers);
      doings.push([0.12, (at) => wire.talk(at, machine, printer, 9100, null, sitting(random, 300_000, 400))]);
    }
    if (administrator) {
      doings.push([
        0.5,
        (at) => wire.ssh(at, machine, random.pick(all.servers), sitting(random, 9_000, 30_000)),
      ]);
    }
    return doings;
  }

  #plan(day: number, weekday: number): Shift {
    const random = this.#random;
    const weekend = weekday > 5;
    const comes = random.chance(weekend ? 0.04 : 0.93);
    const start = Math.min(11, Math.max(6.2, (weekend ? 10 : 8.3) + random.normal() * 0.6));
    const end = weekend ? start + 1 + random.float() * 2 : Math.min(20, 17 + random.normal() * 0.7);
    const from = instantOf(day, start);
    return { day, from, until: comes ? instantOf(day, end) : from, signedIn: false };
  }

  #signIn(at: Micros, weekday: number): void {
    const { leases, wire, organisation } = this.#world;
    const machine = this.#machine;
    const { account } = machine.user;
    this.#shift.signedIn = true;
    leases.grant(at, machine);
    wire.kerberos(at + 2 * SECOND, machine, this.#controller, `${machine.hostName}$`, null);
    if (this.#random.chance(0.04))
      wire.kerberos(at + 15 * SECOND, machine, this.#controller, account, null, false);
    wire.kerberos(at + 25 * SECOND, machine, this.#controller, account, null);
    wire.kerberos(at + 26 * SECOND, machine, this.#controller, account, 'cifs');
    wire.software(at + 40 * SECOND, machine, null, 'HTTP::BROWSER', 'Edge', [148, 0]);
    if (weekday === WEDNESDAY) this.#update(at + 3 * MINUTE, organisation.serverFor('updates'));
  }

  #update(at: Micros, updates: Server): void {
    const bytes = this.#random.skewed(90_000_000, 1.3);
    this.#world.wire.download(at, this.#machine, updates, updates.certificate.name, 8530, bytes);
  }

  /** After lunch, after a meeting: the screen is unlocked, a ticket is renewed. */
  #ticket(at: Micros): void {
    const service = this.#random.pick(['cifs', 'ldap', 'HTTP', null]);
    this.#world.wire.kerberos(at, this.#machine, this.#controller, this.#machine.user.account, service);
  }

  #browse(at: Micros): void {
    const { wire } = this.#world;
    // Half of all visits go to the first few.
    const rank = Math.floor(this.#favourites.length * this.#random.float() ** 2);
    const service = this.#favourites[rank] ?? this.#random.pick(this.#favourites);
    if (this.#random.chance(0.35)) wire.lookUp(at, this.#machine, this.#controller, service);
    wire.browse(at + SECOND / 20, this.#machine, service, sitting(this.#random, 4_000, 80_000));
  }
}
