import {
  type FeedFile,
  type FeedReading,
  readActorCatalogue,
  readFeed,
  readWarningList,
  type WarningListReading,
} from '../exposure/index.ts';
import type { ActorCatalogue, AllListings } from '../model/index.ts';

/** What a file among feeds is: the first of them that it is. */
export type IntelDocument =
  | { readonly kind: 'warning_list'; readonly reading: WarningListReading }
  /** Where it lists nothing, it may name attackers. */
  | {
      readonly kind: 'feed';
      readonly reading: FeedReading<AllListings>;
      readonly named: ActorCatalogue | null;
    };

/** Reads the document in one piece. */
export function intelDocument(file: Omit<FeedFile, 'bytes'>, bytes: Buffer): IntelDocument {
  const warnings = readWarningList(bytes, file.id);
  if (warnings !== null) return { kind: 'warning_list', reading: warnings };
  const reading = readFeed({ ...file, bytes });
  const listsNothing = reading.ok ? reading.feed.listings.length === 0 : reading.format === null;
  return { kind: 'feed', reading, named: listsNothing ? readActorCatalogue(bytes, file.id) : null };
}
