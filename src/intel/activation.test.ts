import { expect, test } from 'vitest';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import { JournalError } from '../journal/index.ts';
import type { Feed, FeedId } from '../model/index.ts';
import { LogFolder } from '../sources/log-folder.fixture.ts';
import { activate } from './activation.ts';

const effects = stillEffects(() => 0);

test('[INTEL-IMPORT-1] a feed that does not fit the journal is refused with its size and what to do; the last one stays', async () => {
  await using folder = await LogFolder.make();
  const state = await FleetState.open(folder.at('data'), effects, { progress: () => undefined });
  const feed: Feed = { id: 'big' as FeedId, asOf: 0, format: 'plain', lineage: 'big', listings: [] };
  state.append = () => Promise.reject(new JournalError('record_too_large', 'record of 200000000 bytes'));
  await expect(activate(state, { feed, isDated: true }, 'test', 0)).rejects.toMatchObject({
    code: 'feed_too_large',
    message:
      'feed big would take more than 128 MiB in the journal with its 0 indicators, the most that one feed may: split the file. The feed that was active stays.',
  });
  await state.close();
});
