import { MINUTE_MS } from '../../../src/model/index.ts';
import type { Random } from '../../../src/simulator/index.ts';
import { between } from './gaps.ts';
import type { Call, Invention } from './invention.ts';

/** Ports by which one technique takes hold of a machine. */
const WAYS = [[445], [135, 445], [5_985], [3_389], [22]] as const;

/** From machine to machine; where it fails, nobody answers or all is refused. */
function move(name: string, least: number, most: number, failing: number): Invention {
  const draw = (random: Random): readonly Call[] => {
    const ports: readonly number[] = random.pick(WAYS);
    let at = 0;
    return Array.from({ length: random.between(least, most) }, (_, target) => {
      at += between(random, 20_000, 12 * MINUTE_MS);
      const isLost = random.chance(failing);
      return ports.map(
        (port, step): Call => ({
          at: at + 2_000 * step,
          to: `192.168.7.${50 + target}`,
          port,
          out: isLost ? 0 : random.skewed(20_000, 4),
          in: isLost ? 0 : random.skewed(8_000, 3),
          outcome: isLost ? random.pick(['unanswered', 'rejected'] as const) : 'established',
        }),
      );
    }).flat();
  };
  return { name, sort: 'movement', isHarmless: false, draw };
}

/** Harmless ways of meeting a machine inside for the first time. */
function meet(name: string, ports: readonly number[], least: number, most: number): Invention {
  const draw = (random: Random): readonly Call[] => {
    const port = random.pick(ports);
    return Array.from({ length: random.between(least, most) }, (_, target) => ({
      at: target * between(random, 30_000, 10 * MINUTE_MS),
      to: `192.168.7.${50 + target}`,
      port,
      out: random.skewed(10_000, 3),
      in: random.skewed(60_000, 3),
    }));
  };
  return { name, sort: 'movement', isHarmless: true, draw };
}

export const MOVEMENTS: readonly Invention[] = [
  move('one machine', 1, 1, 0),
  move('two to five machines', 2, 5, 0),
  move('two to five machines, half in vain', 2, 5, 0.5),
  meet('help of a colleague', [3_389, 5_900], 1, 1),
  meet('new share', [445], 1, 1),
  // Until the inventory says so, nothing tells an administrator's first day from a movement.
  meet("administrator's new machine", [22, 3_389], 3, 5),
  meet('new services inside', [443, 8_080, 9_100], 2, 5),
];
