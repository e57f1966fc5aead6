import type { Directory } from '../entities/index.ts';
import {
  type ContactOutcome,
  type IndicatorTable,
  type LastContacts,
  type Match,
  metBefore,
  newSighting,
  type Sighting,
  joined,
  withContact,
} from '../exposure/index.ts';
import { type EntityId, type EpochMs, type Evidence, iso } from '../model/index.ts';
import { listedThing } from './contacts.ts';
import type { EngineState } from './engine-state.ts';

const OUTCOME_WORDS = {
  reached: 'Reached',
  attempted: 'Tried in vain to reach',
} as const satisfies Partial<Record<ContactOutcome, string>>;

/**
 * A feed is held against what was met before it came: for each entity the sightings that it would have had, had the feed
 * been there then, as far as its contacts are remembered. By entity, then by destination.
 *
 * @param before what feeds listed until now; `null` where something else changed
 */
export function recognised(
  engine: EngineState,
  before: IndicatorTable | null,
  now: EpochMs,
): ReadonlyMap<EntityId, readonly Sighting[]> {
  const { destinations, files, askers, indicators: table, warnings, directory, keys } = engine;
  const remembered = { destinations, files, asked: askers.domains };
  const said = { table, before, warnings, sealName: keys.sealName };
  const found = new Map<EntityId, Sighting[]>();
  for (const { match, contacts } of metBefore(remembered, said, now)) {
    for (const contact of contacts) {
      // It may have turned out to be another since.
      const entity = directory.canonical(contact.entity);
      if (isOurs(match, contact, directory)) continue;
      const own = found.get(entity);
      const sighting = sightingOf(match, contact, now);
      if (own === undefined) found.set(entity, [sighting]);
      else own.push(sighting);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
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

function sightingOf(match: Match, { reached, stopped }: LastContacts, now: EpochMs): Sighting {
  const outcomes = [
    ['reached', reached],
    ['attempted', stopped],
  ] as const;
  const sightings = outcomes.flatMap(([outcome, time]) => {
    if (time === null) return [];
    return [
      withContact(newSighting(match, time), match, outcome, time, evidenceOf(match, outcome, time, now)),
    ];
  });
  return sightings.reduce((a, b) => joined(a, b));
}

/** Seen then, listed now. */
function evidenceOf(match: Match, outcome: keyof typeof OUTCOME_WORDS, at: EpochMs, now: EpochMs): Evidence {
  const { what, categories, subject } = listedThing(match);
  const met = `${OUTCOME_WORDS[outcome]} at ${iso(at)} what counts as a listed ${what} (${categories}) since ${iso(now)}`;
  return { summary: met, at, sensor: null, uid: null, communityId: null, count: null, subject };
}
