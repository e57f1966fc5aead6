import {
  type Indicator,
  indicatorKey,
  isSpecialAddress,
  type ActorNames,
  type ListingEvidence,
  normaliseIndicator,
  type SeenInFleet,
  verdict,
} from '../exposure/index.ts';
import { DAY_MS, type EpochMs, type Feed, type FeedId, parseAddress } from '../model/index.ts';
import type { Engine } from './engine.ts';
import type { ThreatView } from './view.ts';

/** What the local feed stores, the policies and the fleet's own telemetry say of an indicator. */
export function threatView(
  engine: Engine,
  asked: string,
  then?: { readonly at: EpochMs; readonly feeds: ReadonlySet<FeedId> },
): ThreatView | { readonly refused: string } {
  const normalised = normaliseIndicator(asked);
  if (!normalised.ok) return { refused: normalised.message };
  const { type, value } = normalised;
  const now = then?.at ?? engine.time.now ?? newestFeed(engine);
  const address = type === 'ip' ? parseAddress(value) : null;
  const isSpecial = address !== null && isSpecialAddress(address);
  const listings = engine.indicators
    .match({ type, value })
    .filter(({ feed }) => then === undefined || then.feeds.has(feed));
  const said = verdict(listings, now, isSpecial, engine.warnings);
  // What no feed lists may stand on them as well: whoever asks learns why none should.
  const warning = engine.warnings.of({ type, value }).map(({ id }) => id);
  const block = engine.enforcement.blockFor(
    {
      address,
      name: type === 'domain' ? engine.keys.sealName(value) : null,
      categories: said.categories,
      party: null,
      internal: isSpecial,
      protocol: null,
      port: null,
    },
    engine.sites,
  );
  const seen = seenInFleet(engine, normalised);
  return {
    indicator: asked,
    type,
    value,
    reputation: said.reputation,
    categories: said.categories,
    actors: said.actors,
    claims: claimsIn(said.evidence, engine.actorNames),
    firstSeen: said.firstSeen,
    lastSeen: said.lastSeen,
    feedSources: said.feedSources,
    blockPolicyId: block?.policy ?? null,
    enforcedSites: block?.sites ?? [],
    matched: listings[0]?.value ?? null,
    confidence: said.confidence,
    evidence: said.evidence,
    store: storeOf(
      [...engine.feeds.values()].filter(({ id }) => then === undefined || then.feeds.has(id)),
      now,
    ),
    warningLists: [...new Set([...said.warningLists, ...warning])].sort(),
    seen: { ...seen, total: seen.entities.length },
    probing: then === undefined && type === 'ip' ? engine.probers.of(value) : null,
  };
}

/**
 * Who of the fleet met it: a destination, or a file. Under the ids that they have now, each once; of who was forgotten
 * since only is known that there was one more. What two met while they were one stays with the one that they were, also
 * after a split.
 */
export function seenInFleet(
  { files, destinations, directory, keys }: Engine,
  indicator: Indicator,
): SeenInFleet {
  const remembered = indicator.type === 'hash' ? files : destinations;
  const seen = remembered.seen(indicatorKey(indicator, keys));
  const who = [...new Set(seen.entities.map((id) => directory.canonical(id)))];
  const entities = who.filter((id) => directory.gist(id) !== null);
  return { ...seen, entities, approximate: seen.approximate || entities.length < who.length };
}

/** Each name that a feed gives now, who gives it, and all groups that bear it: none of several is chosen. */
function claimsIn(evidence: readonly ListingEvidence[], names: ActorNames): ThreatView['claims'] {
  const current = evidence.filter((each) => each.current);
  return [...new Set(current.flatMap(({ actors }) => actors))].sort().map((claimed) => {
    const feeds = current.filter(({ actors }) => actors.includes(claimed)).map(({ feed }) => feed);
    const candidates = names.candidates(claimed);
    // Catalogues that call one group alike agree.
    const isAmbiguous = new Set(candidates.map(({ name }) => name)).size > 1;
    return { claimed, feeds: [...new Set(feeds)].sort(), candidates, isAmbiguous };
  });
}

/** Feeds are made anew every day; where the newest is a week old, nobody fetches them any more. */
const STALE_AFTER_MS = 7 * DAY_MS;

function storeOf(feeds: readonly Pick<Feed, 'asOf'>[], now: EpochMs): ThreatView['store'] {
  const newest = feeds.length === 0 ? null : Math.max(...feeds.map(({ asOf }) => asOf));
  return { feeds: feeds.length, newest, stale: newest === null || now - newest > STALE_AFTER_MS };
}

/** Before there is telemetry it is as late as the newest feed says: an old one beside it counts as old. */
function newestFeed({ feeds }: Engine): EpochMs {
  return Math.max(0, ...[...feeds.values()].map(({ asOf }) => asOf));
}
