import { HOUR_MS, MINUTE_MS } from '../../../src/model/index.ts';
import type { Random } from '../../../src/simulator/index.ts';
import { between, type Gaps, inBursts, instants, jittered, logNormal, pareto, withPauses } from './gaps.ts';
import type { Call, Invention } from './invention.ts';

const SERVER = '198.51.100.7';
const LASTS_MS = 10 * HOUR_MS;

interface Where {
  readonly port: number;
  readonly name?: string;
}

/** Control has a name and a common port, a common port without a name, or neither. */
function whereOf(random: Random): Where {
  const port = random.pick([443, 443, 80]);
  return random.pick<Where>([
    { port, name: 'panel.control-one.com' },
    { port },
    { port: random.pick([1_337, 4_444, 7_707, 8_888, 50_050]) },
  ]);
}

/** An agent says that it is there and is told what to do, at times at some length. */
function control(name: string, atOf: (random: Random) => readonly number[], isVaried = false): Invention {
  const draw = (random: Random): readonly Call[] => {
    const where = whereOf(random);
    const [size, failing] = [random.skewed(350, 1.6), random.pick([0, 0, 0.3])];
    return atOf(random).map((at): Call => {
      if (random.chance(failing)) return { at, to: SERVER, ...where, out: 0, in: 0, outcome: 'unanswered' };
      const task = random.chance(isVaried ? 0.4 : 0.05) ? between(random, 2, 60) : 1;
      return { at, to: SERVER, ...where, out: size * task, in: random.skewed(250, 1.4) };
    });
  };
  return { name, sort: 'channel', isHarmless: false, draw };
}

const calls = (gapsOf: (random: Random) => Gaps) => (random: Random) =>
  instants(gapsOf(random), LASTS_MS, 250);

/** Channels of control, from even to uneven. */
const CONTROL: readonly Invention[] = [
  control(
    'even',
    calls((random) => jittered(random, between(random, 20_000, 20 * MINUTE_MS), 0.2)),
  ),
  control(
    'half jitter',
    calls((random) => jittered(random, between(random, 20_000, 20 * MINUTE_MS), 0.5)),
  ),
  control(
    'full jitter',
    calls((random) => jittered(random, between(random, MINUTE_MS, 15 * MINUTE_MS), 0.9)),
  ),
  control(
    'lognormal',
    calls((random) => logNormal(random, between(random, MINUTE_MS, 15 * MINUTE_MS), 1)),
    true,
  ),
  control(
    'pareto',
    calls((random) => pareto(random, between(random, 30_000, 5 * MINUTE_MS), 1.3)),
    true,
  ),
  control(
    'with pauses',
    calls((random) => withPauses(random, jittered(random, between(random, MINUTE_MS, 10 * MINUTE_MS), 0.4))),
  ),
  control(
    'uneven check-ins',
    (random) =>
      inBursts(
        random,
        instants(logNormal(random, between(random, 3 * MINUTE_MS, 20 * MINUTE_MS), 0.7), LASTS_MS),
        5,
      ),
    true,
  ),
  control(
    'seldom and uneven',
    calls((random) => logNormal(random, between(random, 15 * MINUTE_MS, HOUR_MS), 0.6)),
    true,
  ),
];

function harmless(name: string, draw: (random: Random) => readonly Call[]): Invention {
  return { name, sort: 'channel', isHarmless: true, draw };
}

/** More comes back than is sent. */
function fetched(random: Random, at: number, to: string, name: string, median = 8_000): Call {
  return { at, to, port: 443, name, out: random.skewed(700, 1.8), in: random.skewed(median, 3) };
}

const TWINS: readonly Invention[] = [
  // A program asks its new service at an even pace: nothing but its harmlessness tells it from control.
  harmless('polled service', (random) =>
    instants(jittered(random, between(random, MINUTE_MS, 20 * MINUTE_MS), 0.1), LASTS_MS).map((at) =>
      fetched(random, at, SERVER, 'api.new-service.com', 3_000),
    ),
  ),
  // Long connections that are opened again when they break.
  harmless('push keep-alive', (random) => {
    const port = random.pick([443, 5_223, 5_228]);
    return instants(logNormal(random, between(random, 5 * MINUTE_MS, 30 * MINUTE_MS), 0.9), LASTS_MS).map(
      (at) => ({
        ...fetched(random, at, SERVER, 'push.new-service.com', 1_500),
        port,
        durationMs: 4 * MINUTE_MS,
      }),
    );
  }),
  // People come back to a site in sittings of many clicks.
  harmless('sittings', (random) =>
    inBursts(random, instants(logNormal(random, 35 * MINUTE_MS, 1.2), LASTS_MS), 12, MINUTE_MS).map((at) =>
      fetched(random, at, SERVER, 'www.new-site.com', 30_000),
    ),
  ),
  // Pages of a list are looked at in turn, by a script or a test.
  harmless('scripted browser', (random) => {
    const sites = random.between(5, 15);
    const pace = between(random, 5_000, 40_000);
    return instants(jittered(random, pace, 0.3), 2 * HOUR_MS, 400).map((at, turn) => {
      const site = turn % sites;
      return fetched(random, at, `198.51.100.${10 + site}`, `www.listed-site-${site}.com`, 20_000);
    });
  }),
  // An open page asks for itself and for its parts, all at once.
  harmless('page that renews itself', (random) => {
    const parts = random.between(3, 8);
    return instants(
      jittered(random, between(random, 30_000, 10 * MINUTE_MS), 0.05),
      4 * HOUR_MS,
      150,
    ).flatMap((at) =>
      Array.from({ length: parts }, (_, part) =>
        fetched(random, at + 300 * part, `198.51.100.${10 + part}`, `cdn.part-${part}.com`, 5_000),
      ),
    );
  }),
  harmless('updates', (random) =>
    instants(jittered(random, between(random, 30 * MINUTE_MS, 2 * HOUR_MS), 0.05), LASTS_MS).map((at) =>
      fetched(random, at, SERVER, 'update.new-vendor.com', random.chance(0.2) ? 5_000_000 : 2_000),
    ),
  ),
  // Many strangers, each a few times, by address and at odd ports.
  harmless('peers of a game', (random) =>
    instants(logNormal(random, 20_000, 1), 3 * HOUR_MS, 500).map((at) => {
      const peer = random.int(25);
      return {
        at,
        to: `198.51.100.${10 + peer}`,
        port: 20_000 + 313 * peer,
        protocol: random.pick(['udp', 'tcp'] as const),
        out: random.skewed(900, 3),
        in: random.skewed(900, 3),
        outcome: random.chance(0.3) ? ('unanswered' as const) : ('established' as const),
      };
    }),
  ),
  // A developer's sessions at a rented machine, by its address.
  harmless("machine of one's own", (random) => {
    const port = random.pick([22, 22, 8_080, 3_389]);
    return inBursts(random, instants(logNormal(random, 40 * MINUTE_MS, 0.9), LASTS_MS), 4, 2 * MINUTE_MS).map(
      (at) => ({
        at,
        to: SERVER,
        port,
        out: random.skewed(6_000, 4),
        in: random.skewed(20_000, 4),
        durationMs: random.skewed(4 * MINUTE_MS, 3),
      }),
    );
  }),
  // One match after another at one server.
  harmless('game server', (random) => {
    const port = random.between(20_000, 30_000);
    return instants(logNormal(random, 8 * MINUTE_MS, 0.6), 3 * HOUR_MS).map((at) => ({
      at,
      to: SERVER,
      port,
      protocol: 'udp' as const,
      out: random.skewed(400_000, 2),
      in: random.skewed(1_500_000, 2),
      durationMs: random.skewed(6 * MINUTE_MS, 1.5),
    }));
  }),
];

export const CHANNELS: readonly Invention[] = [...CONTROL, ...TWINS];
