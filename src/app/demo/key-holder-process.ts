import { enrolSites, newKeyFolder, openKeyFolder } from '../../aggregation/index.ts';
import { realEffects } from '../../effects/index.ts';
import { openRound } from '../../fleet-statistics/index.ts';
import { DEVICE_COHORTS, HOUR_MS } from '../../model/index.ts';
import { play } from './actor.ts';
import type { HolderEnrolled, HolderReleased, HolderRequest } from './messages.ts';

/* The key holder of `stance demo fleet`: has the secret key, and sees sums alone. */
const effects = realEffects(() => '');
/** Kept, as a key holder that serves more than one round would. */
const held: unknown[] = [];

play(async (message) => {
  const request = message as HolderRequest;
  switch (request.what) {
    case 'found':
      return newKeyFolder(
        request.dir,
        { tenant: 'demo', minimumGroup: 20, roundMs: HOUR_MS, cohorts: DEVICE_COHORTS },
        effects.random,
      );
    case 'enrol':
      return { credentials: await enrolSites(request.dir, request.sites) } satisfies HolderEnrolled;
    case 'release': {
      const { dir, aggregator, round } = request;
      const folder = await openKeyFolder(dir);
      held.push(folder);
      const release = await openRound(folder, { from: new URL(aggregator), round }, effects);
      return { release } satisfies HolderReleased;
    }
  }
});
