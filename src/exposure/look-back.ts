import { type Address, type EpochMs, LIMITS, type SealedName } from '../model/index.ts';
import type { Destination } from './destination.ts';
import type { LastContacts } from './entity-lists.ts';
import type { FleetDestinations } from './fleet-destinations.ts';
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

interface Found {
  readonly destination: Destination;
  readonly listings: readonly Listed[];
}

/**
 * What counts as listed from now on, and who met it within the window of the look-back. The table is asked once for each
 * thing that is remembered, however much the feeds list and however many met it.
 */
export function* metBefore(
  { destinations, files, asked }: Remembered,
  said: Said,
  now: EpochMs,
): Iterable<MetBefore> {
  const since = now - LIMITS.lookBackMs;
  for (const memory of [destinations, files]) {
    for (const key of memory.keys()) {
      const match = newlyListed(key, said, now);
      if (match !== null) yield { match, contacts: recent(memory.contacts(key), since) };
    }
  }
  for (const domain of asked.keys()) {
    const match = newlyListed(`domain:${domain}`, said, now);
    if (match !== null) yield { match, contacts: recent(asked.contacts(domain), since) };
  }
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

/**
 * What a key stands for, and its listings. Of a name only a fingerprint is remembered: where it is listed, the feed says
 * which name that is. What lies below a listed name is remembered under that name too.
 */
function find(key: string, table: IndicatorTable, sealName: Said['sealName']): Found | null {
  if (key.startsWith('name:')) {
    const [listed] = table.matchFingerprint(key.slice('name:'.length));
    return listed === undefined ? null : foundName(listed.value, table, sealName);
  }
  if (key.startsWith('domain:')) {
    const domain = key.slice('domain:'.length);
    return table.matchDomain(domain).length === 0 ? null : foundName(domain, table, sealName);
  }
  if (key.startsWith('hash:')) {
    const hash = key.slice('hash:'.length);
    return where({ type: 'hash', hash }, table.matchHash(hash));
  }
  const address = key as Address;
  return where({ type: 'ip', address }, table.matchAddress(address));
}

function foundName(text: string, table: IndicatorTable, sealName: Said['sealName']): Found | null {
  const name = sealName(text);
  return name === null ? null : where({ type: 'domain', name }, table.matchSealed(name));
}

function where(destination: Destination, listings: readonly Listed[]): Found | null {
  return listings.length === 0 ? null : { destination, listings };
}

/** The times of contacts that are not too long ago. */
function recent(contacts: readonly LastContacts[], since: EpochMs): readonly LastContacts[] {
  const within = (time: EpochMs | null) => (time !== null && time >= since ? time : null);
  return contacts
    .map(({ entity, reached, stopped }) => ({ entity, reached: within(reached), stopped: within(stopped) }))
    .filter(({ reached, stopped }) => reached !== null || stopped !== null);
}
