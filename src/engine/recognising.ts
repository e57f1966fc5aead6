import type { Directory } from '../entities/index.ts';
import {
  compareWorth,
  type ContactOutcome,
  destinationKey,
  type Foreseen,
  type IndicatorTable,
  type LastContacts,
  type Match,
  metBefore,
  newSighting,
  type Remembered,
  type Sighting,
  joined,
  withContact,
} from '../exposure/index.ts';
import { type EntityId, type EpochMs, type Evidence, iso, LIMITS } from '../model/index.ts';
import { listedThing } from './contacts.ts';
import type { EngineState } from './engine-state.ts';

const OUTCOME_WORDS = {
  reached: 'Reached',
  attempted: 'Tried in vain to reach',
} as const satisfies Partial<Record<ContactOutcome, string>>;

/** What one entity had to do with one destination, before it is put into words. */
interface Recalled {
  readonly destination: Match['destination'];
  readonly match: Match;
  readonly contacts: readonly LastContacts[];
  readonly reached: EpochMs | null;
  readonly stopped: EpochMs | null;
  readonly last: EpochMs;
}

const MOST = LIMITS.destinationsPerEntity;

/** Who met what, as far as it is remembered. */
export function rememberedBy({ destinations, files, askers }: EngineState): Remembered {
  return { destinations, files, asked: askers.domains };
}

/**
 * A feed is held against what was met before it came: for each entity the sightings that it would have had, had the feed
 * been there then, as far as its contacts are remembered. By entity, then by destination. Of each entity no more is held
 * at any time than twice what it may have: a feed may list half of the Internet.
 *
 * @param before what feeds listed until now; `null` where something else changed
 * @param foreseen of the table that counts now, where there was time for it
 */
export function* recognised(
  engine: EngineState,
  before: IndicatorTable | null,
  now: EpochMs,
  foreseen: Foreseen | null = null,
): Iterable<readonly [EntityId, readonly Sighting[]]> {
  const { indicators: table, warnings, directory, keys } = engine;
  const said = { table, before, warnings, sealName: keys.sealName };
  const found = new Map<EntityId, Map<string, Recalled>>();
  for (const { match, contacts } of metBefore(rememberedBy(engine), said, now, foreseen)) {
    const key = destinationKey(match.destination);
    for (const contact of contacts) {
      // It may have turned out to be another since.
      const entity = directory.canonical(contact.entity);
      if (isOurs(match, contact, directory)) continue;
      const own = found.get(entity) ?? new Map<string, Recalled>();
      found.set(entity, own);
      own.set(key, withRecalled(own.get(key), match, contact));
      if (own.size >= 2 * MOST) dropLeast(own);
    }
  }
  for (const entity of [...found.keys()].sort()) {
    const own = found.get(entity) ?? new Map<string, Recalled>();
    found.delete(entity);
    dropLeast(own);
    yield [entity, Array.from(own.values(), (each) => sightingOf(each, now))];
  }
}

function withRecalled(known: Recalled | undefined, match: Match, contact: LastContacts): Recalled {
  const contacts = [...(known?.contacts ?? []), contact];
  const reached = latest(contacts.map((each) => each.reached));
  const stopped = latest(contacts.map((each) => each.stopped));
  const { destination } = match;
  return {
    destination,
    match: known?.match ?? match,
    contacts,
    reached,
    stopped,
    last: latest([reached, stopped]) ?? 0,
  };
}

function latest(times: readonly (EpochMs | null)[]): EpochMs | null {
  return times.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}

/** What of it an entity may have. */
function dropLeast(own: Map<string, Recalled>): void {
  if (own.size <= MOST) return;
  const least = [...own].sort(([, a], [, b]) => compareWorth(a, b)).slice(0, own.size - MOST);
  for (const [key] of least) own.delete(key);
}

/** An address that one of ours had then is nobody's of whom feeds speak. */
function isOurs(
  { destination }: Match,
  { entity, reached, stopped }: LastContacts,
  directory: Directory,
): boolean {
  const site = destination.type === 'ip' ? directory.profile(entity)?.site : undefined;
  if (destination.type !== 'ip' || site === undefined) return false;
  const end = { address: destination.address, port: null, local: null };
  return directory.find(site, end, Math.max(reached ?? 0, stopped ?? 0)) !== null;
}

function sightingOf({ match, contacts }: Recalled, now: EpochMs): Sighting {
  const sightings = contacts.flatMap(({ reached, stopped }) =>
    (
      [
        ['reached', reached],
        ['attempted', stopped],
      ] as const
    ).flatMap(([outcome, time]) => {
      if (time === null) return [];
      const evidence = evidenceOf(match, outcome, time, now);
      return [withContact(newSighting(match, time), match, outcome, time, evidence)];
    }),
  );
  return sightings.reduce((a, b) => joined(a, b));
}

/** Seen then, listed now. */
function evidenceOf(match: Match, outcome: keyof typeof OUTCOME_WORDS, at: EpochMs, now: EpochMs): Evidence {
  const { what, categories, subject } = listedThing(match);
  const met = `${OUTCOME_WORDS[outcome]} at ${iso(at)} what counts as a listed ${what} (${categories}) since ${iso(now)}`;
  return { summary: met, at, sensor: null, uid: null, communityId: null, count: null, subject };
}
