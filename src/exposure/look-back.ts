import { type Address, type EpochMs, LIMITS, sealedIn, type SealedName } from '../model/index.ts';
import type { Destination } from './destination.ts';
import type { LastContacts } from './entity-lists.ts';
import type { DestinationHandle, FleetDestinations } from './fleet-destinations.ts';
import type { IndicatorTable, Listed } from './indicator-table.ts';
import type { Match } from './sighting.ts';
import { isSightingOf } from './sightings.ts';
import { verdict } from './verdict.ts';
import type { Warnings } from './warnings/warning-lists.ts';

/** What is remembered of who met what. */
export interface Remembered {
  readonly destinations: FleetDestinations;
  readonly files: FleetDestinations;
  /** Registrable domains that were asked for. */
  readonly asked: FleetDestinations;
}

/** What feeds say now, and what they said until now; `null` where nobody knows that any more. */
export interface Said {
  readonly table: IndicatorTable;
  readonly before: IndicatorTable | null;
  readonly warnings: Warnings;
  readonly sealName: (name: string) => SealedName | null;
}

/** A listed destination or file, and who met it before it counted as listed. */
export interface MetBefore {
  readonly match: Match;
  readonly contacts: readonly LastContacts[];
}

type Memory = keyof Remembered;
const MEMORIES = ['destinations', 'files', 'asked'] as const satisfies readonly Memory[];

/** What of that which is remembered a table lists at all, found out before the table counts. */
export interface Foreseen {
  readonly table: IndicatorTable;
  /** The listed ones, and the mark before which all were asked for. */
  readonly listed: Readonly<Record<Memory, readonly [ReadonlySet<DestinationHandle>, number]>>;
}

/** Asked for before the search gives way: a microsecond or two each. */
const ASKED_PER_SLICE = 512;

/** In small steps: more may be remembered, and forgotten, meanwhile. */
export function* foreseeing(
  { destinations, files, asked }: Remembered,
  table: IndicatorTable,
  perSlice = ASKED_PER_SLICE,
): Generator<void, Foreseen> {
  const by = { table, perSlice };
  return {
    table,
    listed: {
      destinations: yield* listedIn(destinations, by, (key) => key),
      files: yield* listedIn(files, by, (key) => key),
      asked: yield* listedIn(asked, by, keyOfAsked),
    },
  };
}

function* listedIn(
  memory: FleetDestinations,
  { table, perSlice }: { readonly table: IndicatorTable; readonly perSlice: number },
  keyOf: (key: string) => string,
): Generator<void, readonly [ReadonlySet<DestinationHandle>, number]> {
  const { mark } = memory;
  const listed = new Set<DestinationHandle>();
  let asked = 0;
  for (const handle of memory.handles()) {
    if (matches(keyOf(memory.keyOf(handle)), table).length > 0) listed.add(handle);
    if (++asked % perSlice === 0) yield;
  }
  return [listed, mark];
}

interface Found {
  readonly destination: Destination;
  readonly listings: readonly Listed[];
}

/**
 * What counts as listed from now on, and who met it within the window of the look-back. The table is asked once for each
 * thing that is remembered, however much the feeds list and however many met it; of what was foreseen only for what is listed.
 */
export function* metBefore(
  remembered: Remembered,
  said: Said,
  now: EpochMs,
  foreseen: Foreseen | null = null,
): Iterable<MetBefore> {
  const since = now - LIMITS.lookBackMs;
  for (const name of MEMORIES) {
    const memory = remembered[name];
    const keys = foreseen === null ? memory.keys() : memory.keysAmong(...foreseen.listed[name]);
    for (const key of keys) {
      const match = newlyListed(name === 'asked' ? keyOfAsked(key) : key, said, now);
      if (match !== null) yield { match, contacts: recent(memory.contacts(key), since) };
    }
  }
}

function keyOfAsked(domain: string): string {
  return `domain:${domain}`;
}

/** `null` where it does not count as listed, or counted as listed before: then it was recognised when it was met. */
function newlyListed(key: string, { table, before, warnings, sealName }: Said, now: EpochMs): Match | null {
  const found = find(key, table, sealName);
  if (found === null) return null;
  const { destination } = found;
  const match: Match = { destination, verdict: verdict(found.listings, now, false, warnings) };
  if (!isSightingOf(match.verdict)) return null;
  const earlier = before === null ? [] : (find(key, before, sealName)?.listings ?? []);
  return isSightingOf(verdict(earlier, now, false, warnings)) ? null : match;
}

/** What a table says of a key by itself. Of a name only a fingerprint is remembered. */
function matches(key: string, table: IndicatorTable): readonly Listed[] {
  if (key.startsWith('name:')) return table.matchFingerprint(key.slice('name:'.length));
  if (key.startsWith('domain:')) return matchesDomain(key.slice('domain:'.length), table);
  if (key.startsWith('hash:')) return table.matchHash(key.slice('hash:'.length));
  return table.matchAddress(key as Address);
}

/** One that is held sealed is listed by its fingerprint. */
function matchesDomain(domain: string, table: IndicatorTable): readonly Listed[] {
  const sealed = sealedIn(domain);
  const listings = sealed === null ? [] : table.matchFingerprint(sealed);
  return listings.length > 0 ? listings : table.matchDomain(domain);
}

/**
 * What a key stands for, and its listings. Where a name is listed, the feed says which name that is. What lies below a
 * listed name is remembered under that name too.
 */
function find(key: string, table: IndicatorTable, sealName: Said['sealName']): Found | null {
  const listings = matches(key, table);
  const [listed] = listings;
  if (listed === undefined) return null;
  if (key.startsWith('name:')) return foundName(listed.value, table, sealName);
  if (key.startsWith('domain:') && sealedIn(key.slice('domain:'.length)) !== null)
    return foundName(listed.value, table, sealName);
  if (key.startsWith('domain:')) return foundName(key.slice('domain:'.length), table, sealName);
  const destination: Destination = key.startsWith('hash:')
    ? { type: 'hash', hash: key.slice('hash:'.length) }
    : { type: 'ip', address: key as Address };
  return { destination, listings };
}

function foundName(text: string, table: IndicatorTable, sealName: Said['sealName']): Found | null {
  const name = sealName(text);
  if (name === null) return null;
  const listings = table.matchSealed(name);
  return listings.length === 0 ? null : { destination: { type: 'domain', name }, listings };
}

/** The times of contacts that are not too long ago. */
function recent(contacts: readonly LastContacts[], since: EpochMs): readonly LastContacts[] {
  const within = (time: EpochMs | null) => (time !== null && time >= since ? time : null);
  return contacts
    .map(({ entity, reached, stopped }) => ({ entity, reached: within(reached), stopped: within(stopped) }))
    .filter(({ reached, stopped }) => reached !== null || stopped !== null);
}
