import { randomBytes } from 'node:crypto';
import { enrolSites, fetchAggregate, newKeyFolder, openKeyHolder } from '../../../aggregation/index.ts';
import { DEVICE_COHORTS, HOUR_MS } from '../../../model/index.ts';
import { realEffects } from '../../effects.ts';
import { play } from './actor.ts';
import type { HolderEnrolled, HolderReleased, HolderRequest } from './messages.ts';

/* The key holder of `stance demo fleet`: has the secret key, and sees sums alone. */
const { now } = realEffects(() => '');
/** Kept, as a key holder that serves more than one round would. */
const held: unknown[] = [];

play(async (message) => {
  const request = message as HolderRequest;
  switch (request.what) {
    case 'found':
      return newKeyFolder(
        request.dir,
        { tenant: 'demo', minimumGroup: 20, roundMs: HOUR_MS, cohorts: DEVICE_COHORTS },
        (bytes) => randomBytes(bytes),
      );
    case 'enrol':
      return { credentials: await enrolSites(request.dir, request.sites) } satisfies HolderEnrolled;
    case 'release': {
      const { dir, aggregator, round } = request;
      const aggregate = await fetchAggregate(dir, new URL(aggregator), round);
      if (aggregate === null) throw new Error('the aggregator gave no sum');
      let why = '';
      const holder = await openKeyHolder(dir, { now, tell: ({ reason }) => (why = reason) });
      held.push(holder);
      const release = await holder.release(aggregate).catch((cause: unknown) => {
        throw new Error(`the sum was refused: ${why}`, { cause });
      });
      return { release } satisfies HolderReleased;
    }
  }
});
