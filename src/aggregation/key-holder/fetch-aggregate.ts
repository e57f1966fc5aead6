import type { Round } from '../../model/index.ts';
import { MOST_AGGREGATE_BYTES } from '../protocol/aggregate.ts';
import { askingBytes } from '../protocol/asking.ts';
import { CLOSE_PATH } from '../protocol/doors.ts';
import { post } from '../protocol/posting.ts';
import { openKeyFolder } from './key-folder.ts';

/**
 * Asks the aggregator to close a round, and for its sum; asked again it gives the same.
 * @returns `null` where it refuses: it has no reports of the round, or knows another agreement
 * @throws PostError, FolderError, AgreementError
 */
export async function fetchAggregate(dir: string, aggregator: URL, round: Round): Promise<Uint8Array | null> {
  const { agreement, releaseKey } = await openKeyFolder(dir);
  return post(aggregator, CLOSE_PATH, askingBytes(agreement, round, releaseKey), MOST_AGGREGATE_BYTES);
}
