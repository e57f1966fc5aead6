import { localTime, presenceAt, SECOND } from '../calendar.ts';
import type { Device, Server } from '../device.ts';
import { daily, every, type Habit, occasionally } from '../habit.ts';
import type { Random } from '../random.ts';
import { GATEWAY_PUBLIC_ADDRESS, scannerAddress, UPSTREAM_RESOLVER } from '../services.ts';
import type { Exchange } from '../wire.ts';
import { chanceOf, type World } from '../world.ts';

const SUNDAY = 7;

/** What every server does by itself, and what its job adds. */
export function serverHabits(world: World, server: Server): readonly Habit[] {
  const { organisation, wire, begin } = world;
  const random = chanceOf(world, server.id);
  const controller = organisation.serverFor('domain');
  const common = [
    every(random, begin, 240, 0.02, (at) => wire.datagrams(at, server, controller, 123, 'ntp', 48, 48)),
    daily(random, 4, 60, (at) => {
      wire.knownService(at, server, 22, 'ssh');
      wire.software(at, server, 22, 'SSH::SERVER', 'OpenSSH', [9, 6]);
      if (server !== controller)
        wire.kerberos(at, server, controller, `${server.hostName.toUpperCase()}$`, null);
    }),
  ];
  return [...common, ...(JOBS[server.job]?.(world, server, random) ?? [])];
}

type JobHabits = (world: World, server: Server, random: Random) => readonly Habit[];

const JOBS: Partial<Record<Server['job'], JobHabits>> = {
  domain: ({ organisation, internet, wire, begin }, server, random) => [
    occasionally(
      random,
      (at) => 1 + 5 * presenceAt(localTime(at)),
      (at) => wire.lookUp(at, server, { address: UPSTREAM_RESOLVER }, random.pick(internet.popular)),
    ),
    every(random, begin, 60, 0.1, (at) => {
      const other = organisation.servers.find(({ job, id }) => job === 'domain' && id !== server.id);
      if (other !== undefined) wire.talk(at, server, other, 135, 'dce_rpc', transfer(random, 9_000, 22_000));
    }),
  ],
  monitoring: (world, server, random) => [...watch(world, server, random), sweep(world, server, random)],
  backup: ({ organisation, wire }, server, random) => [
    daily(random, 1, 90, (at) => {
      wire.kerberos(at, server, organisation.serverFor('domain'), 'svc_backup', null);
      for (const [index, other] of organisation.servers.entries()) {
        if (other === server) continue;
        wire.ssh(at + (index + 1) * 40 * SECOND, server, other, transfer(random, 400_000, 900_000_000));
      }
    }),
  ],
  mail: ({ internet, wire }, server, random) => [
    occasionally(
      random,
      (at) => 0.5 + 5 * presenceAt(localTime(at)),
      (at) => {
        const partner = internet.service(`mx${random.between(1, 9)}.kundenserver.de`);
        wire.talk(at, server, partner, 25, 'smtp,ssl', transfer(random, 40_000, 900));
      },
    ),
  ],
  intranet: askDatabase(3),
  app: askDatabase(6),
  updates: ({ internet, wire, begin }, server, random) => [
    every(random, begin, 360, 0.1, (at) =>
      wire.browse(
        at,
        server,
        internet.service('sls.update.microsoft.com'),
        transfer(random, 20_000, 60_000_000),
      ),
    ),
  ],
  git: ({ internet, wire, begin }, server, random) => [
    every(random, begin, 90, 0.2, (at) =>
      wire.browse(at, server, internet.service('github.com'), transfer(random, 6_000, 300_000)),
    ),
  ],
};

/** Applications ask the database, more often while people work. */
function askDatabase(rate: number): JobHabits {
  return ({ organisation, wire }, server, random) => {
    const database = organisation.serverFor('database');
    const ask = (at: number) =>
      wire.talk(at, server, database, 5432, 'postgresql', transfer(random, 12_000, 70_000));
    return [occasionally(random, (at) => 0.5 + rate * presenceAt(localTime(at)), ask)];
  };
}

/** Asks servers and network gear whether they are well. */
function watch({ organisation, wire, begin }: World, server: Server, random: Random): Habit[] {
  const servers = organisation.servers.filter((each) => each !== server);
  return [
    ...servers.map((each) =>
      every(random, begin, 60, 0.02, (at) => wire.call(at, server, each, transfer(random, 900, 2_200))),
    ),
    ...organisation.network.map((each) =>
      every(random, begin, 60, 0.02, (at) =>
        wire.datagrams(at, server, each, 161, 'snmp', 120, random.skewed(900, 1.3)),
      ),
    ),
  ];
}

/** Sunday nights it looks for what is new: one port of every address in use, as an inventory scan does. */
function sweep({ organisation, wire }: World, server: Server, random: Random): Habit {
  // Fieldbus devices are too fragile to be scanned.
  const found: readonly Device[] = organisation.devices.filter(
    (each) => each !== server && each.class !== 'sensor',
  );
  const probe = { protocol: 'tcp', port: 443, service: null, ...transfer(random, 300, 300) } as const;
  return daily(
    random,
    2,
    30,
    (at) => {
      for (const [index, each] of found.entries()) {
        const state = each.class === 'workstation' ? 'S0' : random.chance(0.5) ? 'REJ' : 'SF';
        wire.connect(at + index * SECOND, server, each, { ...probe, state });
      }
    },
    (weekday) => weekday === SUNDAY,
  );
}

/** What the Internet tries at the site's own address, and the gateway drops. */
export function backgroundNoise(world: World): Habit {
  const random = chanceOf(world, 'noise');
  const target = { address: GATEWAY_PUBLIC_ADDRESS };
  return occasionally(
    random,
    () => 1.2,
    (at) =>
      world.gateway.dropInbound(
        at,
        { address: scannerAddress(random) },
        target,
        random.pick([22, 23, 80, 445, 3389, 8080]),
      ),
  );
}

function transfer(random: Random, sent: number, received: number): Exchange {
  return {
    sent: random.skewed(sent, 1.4),
    received: random.skewed(received, 1.4),
    duration: random.skewed(900_000, 2) + Math.round(received / 40),
  };
}
