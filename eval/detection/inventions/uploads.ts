import { HOUR_MS, MINUTE_MS } from '../../../src/model/index.ts';
import type { Random } from '../../../src/simulator/index.ts';
import { between, inBursts, instants, jittered, logNormal } from './gaps.ts';
import type { Call, Invention } from './invention.ts';

const SERVER = '198.51.100.7';

/** Where things are taken to: with a name or not, at a common port or not. */
function placeOf(random: Random): { readonly port: number; readonly name?: string } {
  return random.pick([
    { port: 443, name: 'drop.take-away.com' },
    { port: 443 },
    { port: random.pick([1_337, 4_444, 8_443]) },
  ]);
}

function drip(name: string, gap: readonly [number, number], size: readonly [number, number]): Invention {
  const draw = (random: Random): readonly Call[] => {
    const where = placeOf(random);
    const gaps = logNormal(random, between(random, ...gap), 0.7);
    const piece = between(random, ...size);
    return instants(gaps, between(random, 3 * HOUR_MS, 9 * HOUR_MS), 300).map((at) => ({
      at,
      to: SERVER,
      ...where,
      out: random.skewed(piece, 1.5),
      in: random.skewed(900, 1.6),
    }));
  };
  return { name, sort: 'upload', isHarmless: false, draw };
}

const TAKEN: readonly Invention[] = [
  drip('drip', [MINUTE_MS, 5 * MINUTE_MS], [50_000, 200_000]),
  drip('slow drip', [4 * MINUTE_MS, 15 * MINUTE_MS], [20_000, 120_000]),
];

function harmless(name: string, draw: (random: Random) => readonly Call[]): Invention {
  return { name, sort: 'upload', isHarmless: true, draw };
}

const TWINS: readonly Invention[] = [
  harmless('photos', (random) =>
    inBursts(random, instants(logNormal(random, 50 * MINUTE_MS, 0.8), 8 * HOUR_MS), 10, 20_000).map((at) => ({
      at,
      to: SERVER,
      port: 443,
      name: 'upload.photo-cloud.com',
      out: random.skewed(1_500_000, 2),
      in: random.skewed(6_000, 1.5),
    })),
  ),
  harmless('backup to a cloud', (random) =>
    inBursts(random, instants(jittered(random, HOUR_MS, 0.1), 8 * HOUR_MS), 20, 5_000).map((at) => ({
      at,
      to: SERVER,
      port: 443,
      name: 'vault.backup-cloud.com',
      out: random.skewed(300_000, 3),
      in: random.skewed(3_000, 1.5),
    })),
  ),
  harmless('measurements of a program', (random) =>
    instants(jittered(random, between(random, 30_000, 5 * MINUTE_MS), 0.3), 8 * HOUR_MS, 300).map((at) => ({
      at,
      to: SERVER,
      port: 443,
      name: 'ingest.telemetry-vendor.com',
      out: random.skewed(8_000, 2),
      in: random.skewed(500, 1.2),
    })),
  ),
  harmless('posts and mails with a web service', (random) =>
    inBursts(random, instants(logNormal(random, 25 * MINUTE_MS, 1), 8 * HOUR_MS), 8, MINUTE_MS / 2).map(
      (at) => ({
        at,
        to: SERVER,
        port: 443,
        name: 'app.new-office.com',
        out: random.chance(0.15) ? random.skewed(200_000, 3) : random.skewed(1_500, 2),
        in: random.skewed(15_000, 3),
      }),
    ),
  ),
];

export const UPLOADS: readonly Invention[] = [...TAKEN, ...TWINS];
