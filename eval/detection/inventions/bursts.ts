import { HOUR_MS, MINUTE_MS } from '../../../src/model/index.ts';
import type { Random } from '../../../src/simulator/index.ts';
import { between, type Gaps, instants, jittered, logNormal } from './gaps.ts';
import type { Call, Invention } from './invention.ts';

/** New places in a day of a machine, each met for a while. */
const PLACES = 2;
const SHORTEST_MS = 2_000;
const LONGEST_MS = 2 * MINUTE_MS;
const FEWEST = 5;
const MOST = 120;

/** What a machine does at one new place for some seconds, or a minute or two: many calls, and then none. */
interface Burst {
  readonly at: readonly number[];
  /** The rest of a call, by its place in the burst and the time until the next. */
  readonly call: (index: number, gap: number) => Omit<Call, 'at' | 'to' | 'port' | 'name'>;
  readonly where?: Where;
}

interface Where {
  readonly port: number;
  readonly isNameless: boolean;
}

/** Most have a name and the port of the web; some stand at a port of their own, or are called by their address. */
const WHERE: readonly Where[] = [
  ...Array.from({ length: 4 }, () => ({ port: 443, isNameless: false })),
  { port: 8_443, isNameless: false },
  { port: 443, isNameless: true },
];

/** Bursts at places of their own, an hour apart. */
function brief(name: string, draw: (random: Random) => Burst): Invention {
  const days = (random: Random): readonly Call[] =>
    Array.from({ length: PLACES }, (_, place) => {
      const begin = place * HOUR_MS + between(random, 1_000, HOUR_MS / 2);
      const drawn = random.pick(WHERE);
      const { at, call, where: { port, isNameless } = drawn } = draw(random);
      const where = isNameless ? { port } : { port, name: `www.${called(name)}-${place}.com` };
      return at.map((each, index): Call => {
        const gap = (at[index + 1] ?? each + 1_000) - each;
        return { at: begin + each, to: `198.51.100.${10 + place}`, ...where, ...call(index, gap) };
      });
    }).flat();
  return { name, sort: 'channel', isHarmless: true, draw: days };
}

function called(name: string): string {
  return name.replaceAll(' ', '-');
}

/** So many, and no longer than a burst may last. */
function some(random: Random, gaps: Gaps): readonly number[] {
  const most = random.between(FEWEST, MOST);
  return instants(gaps, between(random, SHORTEST_MS, LONGEST_MS), most);
}

/** The next call begins when the one before has ended. */
const WORKING = 0.95;

const BRIEF: readonly Invention[] = [
  // Parts that a page asks one host for, as it finds that it needs them.
  brief('page with its parts', (random) => {
    const mean = between(random, 100, 1_500);
    return {
      at: some(random, () => -mean * Math.log(1 - random.float())),
      call: () => ({
        out: random.skewed(700, 1.8),
        in: random.skewed(9_000, 4),
        durationMs: random.skewed(400, 3),
      }),
    };
  }),
  // Equal pieces of one file, each asked for when the one before is there: as even as the line is.
  brief('download in ranges', (random) => {
    const [out, piece] = [random.skewed(420, 1.3), between(random, 100_000, 8_000_000)];
    return {
      at: some(random, logNormal(random, between(random, 400, 4_000), between(random, 0.03, 0.3))),
      call: (_, gap) => ({ out: out + random.between(0, 3), in: piece, durationMs: WORKING * gap }),
    };
  }),
  // A list is read page by page, as fast as the server answers.
  brief('list read by pages', (random) => {
    const [out, page] = [random.skewed(500, 1.3), between(random, 2_000, 60_000)];
    return {
      at: some(random, logNormal(random, between(random, 300, 3_000), between(random, 0.05, 0.3))),
      call: (_, gap) => ({
        out: out + random.between(0, 2),
        in: random.skewed(page, 1.1),
        durationMs: WORKING * gap,
      }),
    };
  }),
  // … or politely, with a rest after each page.
  brief('list read with rests', (random) => {
    const [out, page] = [random.skewed(500, 1.3), between(random, 2_000, 60_000)];
    const rest = random.pick([500, 1_000, 2_000]);
    const answer = logNormal(random, between(random, 150, 800), 0.3);
    return {
      at: some(random, () => rest + answer()),
      call: (_, gap) => ({
        out: out + random.between(0, 2),
        in: random.skewed(page, 1.1),
        durationMs: Math.max(50, gap - rest),
      }),
    };
  }),
  brief('client that synchronises', (random) => {
    const isUp = random.chance(0.5);
    return {
      at: some(random, logNormal(random, between(random, 300, 2_000), 0.7)),
      call: (_, gap) => {
        const [file, rest] = [random.skewed(20_000, 4), random.skewed(900, 1.3)];
        return { out: isUp ? file : rest, in: isUp ? rest : file, durationMs: WORKING * gap };
      },
    };
  }),
  // Opened again after longer and longer rests.
  brief('chat that connects again', (random) => {
    const [first, out] = [between(random, 500, 1_500), random.skewed(600, 1.3)];
    const growth = between(random, 1.2, 2);
    let rest = first;
    return {
      at: some(random, () => (rest *= growth * (0.9 + 0.2 * random.float())) / growth),
      call: () => ({ out, in: random.skewed(3_000, 1.2), durationMs: random.skewed(300, 1.5) }),
      where: { port: random.pick([443, 5_222]), isNameless: false },
    };
  }),
  // What a program measured is sent in one go when it can be.
  brief('measurements in one go', (random) => ({
    at: some(random, logNormal(random, between(random, 300, 2_500), 0.4)),
    call: (_, gap) => ({
      out: random.skewed(4_000, 1.5),
      in: 300,
      durationMs: Math.min(gap, random.skewed(150, 1.5)),
    }),
  })),
  brief('names asked for over HTTPS', (random) => {
    const mean = between(random, 200, 2_000);
    return {
      at: some(random, () => -mean * Math.log(1 - random.float())),
      call: () => ({
        out: random.skewed(180, 1.15),
        in: random.skewed(480, 1.15),
        durationMs: random.skewed(40, 1.5),
      }),
      where: { port: 443, isNameless: random.chance(0.5) },
    };
  }),
  // A script asks by the clock whether something is ready, and then it is: nothing but its end tells it from control.
  brief('wait for a job', (random) => {
    const out = random.skewed(350, 1.3);
    return {
      at: some(random, jittered(random, random.pick([1_000, 2_000, 3_000]), 0.03)),
      call: () => ({ out, in: 250, durationMs: random.skewed(60, 1.5) }),
    };
  }),
];

const SERVER = '198.51.100.7';

/** Control under the hand of somebody: it is asked for orders each few seconds. */
function quick(name: string, least: number, most: number, jitter: number, staged = 0): Invention {
  const draw = (random: Random): readonly Call[] => {
    const where = random.pick<{ port: number; name?: string }>([
      { port: 443, name: 'panel.control-one.com' },
      { port: 443 },
      { port: random.pick([1_337, 4_444, 8_888]) },
    ]);
    const size = random.skewed(350, 1.6);
    const begin = Array.from({ length: staged === 0 ? 0 : random.between(staged / 2, staged) }, (): Call => {
      const at = 1_500 * random.float();
      return { at, to: SERVER, ...where, out: random.skewed(500, 2), in: random.skewed(20_000, 3) };
    });
    const from = staged === 0 ? 0 : 2_000;
    const gaps = jittered(random, between(random, least, most), jitter);
    return [
      ...begin,
      ...instants(gaps, between(random, MINUTE_MS, 20 * MINUTE_MS), 250).map((at): Call => {
        const task = random.chance(0.05) ? between(random, 2, 60) : 1;
        return { at: from + at, to: SERVER, ...where, out: size * task, in: random.skewed(250, 1.4) };
      }),
    ];
  };
  return { name, sort: 'channel', isHarmless: false, draw };
}

const QUICK: readonly Invention[] = [
  quick('quick', 1_000, 5_000, 0.1),
  quick('quick, with jitter', 1_000, 5_000, 0.3),
  quick('quick, after a burst', 1_000, 5_000, 0.1, 40),
];

export const BURSTS: readonly Invention[] = [...QUICK, ...BRIEF];
