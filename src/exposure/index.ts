/** Threat exposure: feeds, what they say of an indicator, and who of the fleet met it. */
export { objectsIn } from './feeds/document.ts';
export {
  type Destination,
  destinationKey,
  destinationKeys,
  indicatorKey,
} from './destination.ts';
export { type CompactForm, CompactListings, compacting } from './compact-listings.ts';
export { ActiveFeeds, type FeedChange, type MadeElsewhere } from './active-feeds.ts';
export { type ActiveFeed, type FeedHead, FeedListings } from './feed-listings.ts';
export {
  type FeedFile,
  type FeedReading,
  isDocument,
  readFeed,
  readingFeed,
  readingStix,
} from './feeds/read-feed.ts';
export type { StixObject } from './feeds/stix/bundle.ts';
export { reducedObject, StixCollection } from './feeds/stix/collection.ts';
export type { LastContacts } from './entity-lists.ts';
export {
  type DestinationHandle,
  FleetDestinations,
  type OwnOutcome,
  type SeenInFleet,
} from './fleet-destinations.ts';
export { type Indicator, type NormalisedIndicator, normaliseIndicator } from './indicator.ts';
export { IndicatorTable, type Listed, type TableMemory } from './indicator-table.ts';
export { type ListedFeed, type UnsealedTable, unsealedTable } from './unsealed-table.ts';
export { type Foreseen, foreseeing, metBefore, type Remembered } from './look-back.ts';
export {
  compareWorth,
  type ContactOutcome,
  joined,
  type Match,
  newSighting,
  type Sighting,
  type Threat,
  withContact,
} from './sighting.ts';
export { Sightings } from './sightings.ts';
export { parentsOf, registrableDomain } from './domain-name.ts';
export { isSpecialAddress } from './special.ts';
export { type ActorCandidate, ActorNames } from './actors/actor-names.ts';
export { readActorCatalogue } from './actors/read-actor-catalogue.ts';
export { readWarningList, type WarningListReading } from './warnings/read-warning-list.ts';
export { WarningLists } from './warnings/warning-lists.ts';
export { type ListingEvidence, type ThreatVerdict, verdict } from './verdict.ts';
export { markOf, type ProbedPlace, type ProberHandle, Probers, type Probing } from './probers.ts';
