import type { Round } from '../../model/index.ts';
import { MOST_AGGREGATE_BYTES, readAggregate } from '../protocol/aggregate.ts';
import { closeRequestBytes } from '../protocol/close-request.ts';
import { CLOSE_PATH } from '../protocol/doors.ts';
import { post } from '../protocol/posting.ts';
import { Refused } from '../protocol/refused.ts';
import type { KeyFolder } from './key-folder.ts';

/** The aggregator handed over the sum of a round for which nobody asked. Nothing was opened, no round is used up. */
class OtherRoundError extends Error {
  override readonly name = 'OtherRoundError';
  readonly code = 'other_round';

  constructor(asked: Round, got: Round) {
    super(
      `the aggregator was asked for the sum of round ${asked} and handed over one of round ${got}: nothing was opened; ask whoever runs it`,
    );
  }
}

/**
 * Asks the aggregator to close a round, and for its sum; asked again it gives the same. What comes is of that round alone:
 * which one is opened, and used up by it, is for the key holder to say.
 * @returns `null` where it refuses: it has no reports of the round, or knows another agreement
 * @throws PostError, OtherRoundError
 */
export async function fetchAggregate(
  { agreement, releaseKey }: KeyFolder,
  aggregator: URL,
  round: Round,
): Promise<Uint8Array | null> {
  const request = closeRequestBytes(agreement, round, releaseKey);
  const aggregate = await post(aggregator, CLOSE_PATH, request, MOST_AGGREGATE_BYTES);
  const other = aggregate === null ? undefined : roundsOf(aggregate).find((each) => each !== round);
  if (other !== undefined) throw new OtherRoundError(round, other);
  return aggregate;
}

/** None of what is no aggregate: the key holder refuses that by itself. */
function roundsOf(aggregate: Uint8Array): readonly Round[] {
  try {
    return readAggregate(aggregate).flatMap(({ manifest }) => manifest.map(({ header }) => header.round));
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    return [];
  }
}
