import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FeedSize, writeFeed } from './feed.ts';
import { Life } from './life.ts';
import { Tallies } from './tally.ts';
import { type Chance, createChance, type Trial } from './trials.ts';
import { runUncrashed, sameKeys, type Uncrashed } from './uncrashed.ts';

export interface Campaign {
  /** One after the other, again and again. */
  readonly trials: readonly ((chance: Chance) => Trial)[];
  /** Trials that came about. */
  readonly runs: number;
  readonly seed: number;
  readonly progress?: (text: string) => void;
}

/** A feed, and the run of it to which nothing happens. */
export async function prepare(place: string, size: FeedSize): Promise<Uncrashed> {
  return runUncrashed(join(place, 'uncrashed'), await writeFeed(join(place, 'feed'), size));
}

/** Does so many things to owners of the same feed, and counts what became of it. */
export async function heldTo(uncrashed: Uncrashed, place: string, campaign: Campaign): Promise<Tallies> {
  const { trials, runs, seed, progress } = campaign;
  const chance = createChance(seed);
  const tallies = new Tallies();
  for (let [done, lives, next] = [0, 0, 0]; done < runs; lives++) {
    const dir = join(place, `life-${lives}`);
    await sameKeys(uncrashed, dir);
    const life = new Life(dir, uncrashed);
    while (done < runs && !life.isOver) {
      const kind = trials[next++ % trials.length];
      if (kind === undefined) throw new RangeError('no trials');
      const trial = kind(chance);
      if (await life.endure(trial, tallies.of(trial.phase))) done++;
      progress?.(`${done} of ${runs}, life ${lives + 1}`);
    }
    await life.finish(tallies.of('to the end of the feed'));
    await rm(dir, { recursive: true });
  }
  return tallies;
}
