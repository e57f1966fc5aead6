import {
  type EntityId,
  type EpochMs,
  type Evidence,
  LIMITS,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import { type Destination, destinationKey } from './destination.ts';
import type { IndicatorTable } from './indicator-table.ts';
import {
  compareWorth,
  type ContactOutcome,
  joined,
  type Match,
  newSighting,
  rejudged,
  type Sighting,
  type Threat,
  threatsIn,
  withContact,
} from './sighting.ts';
import { type ThreatVerdict, verdict } from './verdict.ts';
import { NO_WARNINGS, type Warnings } from './warnings/warning-lists.ts';

interface Adopted {
  readonly placed: Sighting;
  readonly before: Sighting | null;
}

/** Which listed destinations each entity was in touch with. */
export class Sightings implements Stateful {
  readonly #entities = new Map<EntityId, Map<string, Sighting>>();

  /** `special` and unlisted destinations are no matches: the caller passes what the table listed. */
  observe(entity: EntityId, match: Match, outcome: ContactOutcome, time: EpochMs, evidence: Evidence): void {
    if (!isSightingOf(match.verdict)) return;
    const own = this.#entities.get(entity) ?? new Map<string, Sighting>();
    this.#entities.set(entity, own);
    const key = destinationKey(match.destination);
    const before = own.get(key) ?? newSighting(match, time);
    own.set(key, withContact(before, match, outcome, time, evidence));
    if (own.size > LIMITS.destinationsPerEntity) dropLeast(own);
  }

  of(entity: EntityId): readonly Sighting[] {
    return sorted(this.#entities.get(entity));
  }

  /** By destination and factor; how they fade is the scoring profile's. */
  threatsOf(entity: EntityId): readonly Threat[] {
    return this.of(entity).flatMap(threatsIn);
  }

  /** A feed, or a warning list, became active: what no feed lists any more stops counting at once. Gives the entities concerned. */
  reconcile(table: IndicatorTable, now: EpochMs, warnings: Warnings = NO_WARNINGS): readonly EntityId[] {
    const changed: EntityId[] = [];
    for (const [entity, own] of this.#entities) {
      if (reconcileOne(own, { table, warnings }, now)) changed.push(entity);
      if (own.size === 0) this.#entities.delete(entity);
    }
    return changed.sort();
  }

  /**
   * What was met before it was known to be listed. What it has sightings of stays as it is: it was recognised when it was
   * met, or at an earlier look-back. Only that a name above was reached is not known where those below it were stopped.
   * True when something is new.
   */
  recognise(entity: EntityId, sightings: readonly Sighting[]): boolean {
    const own = this.#entities.get(entity);
    const known = [...(own?.values() ?? [])];
    const unknown = sightings.filter((sighting) => !known.some((each) => tells(each, sighting)));
    this.adopt(entity, unknown);
    return unknown.length > 0;
  }

  /** Takes the entity's sightings out, to be given to the identity that it turned out to be. */
  release(entity: EntityId): readonly Sighting[] {
    const own = this.of(entity);
    this.#entities.delete(entity);
    return own;
  }

  /** What the one met, the other met. Gives what stands now, and what stood before it, for `disown`. */
  adopt(entity: EntityId, sightings: readonly Sighting[]): readonly Adopted[] {
    const own = this.#entities.get(entity) ?? new Map<string, Sighting>();
    if (sightings.length > 0) this.#entities.set(entity, own);
    return sightings.map((sighting) => {
      const key = destinationKey(sighting.destination);
      const before = own.get(key) ?? null;
      const placed = before === null ? sighting : joined(before, sighting);
      own.set(key, placed);
      if (own.size > LIMITS.destinationsPerEntity) dropLeast(own);
      return { placed, before };
    });
  }

  /** Takes back what was adopted, apart from what has been met again since. */
  disown(entity: EntityId, adopted: readonly Adopted[]): void {
    const own = this.#entities.get(entity);
    if (own === undefined) return;
    for (const { placed, before } of adopted) {
      const key = destinationKey(placed.destination);
      if (!isSame(own.get(key), placed)) continue;
      if (before === null) own.delete(key);
      else own.set(key, before);
    }
    if (own.size === 0) this.#entities.delete(entity);
  }

  /** JSON-able and the same for the same state, whatever the order of observation. */
  snapshot(): unknown {
    return this.#written();
  }

  save(to: StateWriter): void {
    to.records('entities', this.#written());
  }

  load(from: StateReader): void {
    for (const [entity, own] of from.records('entities') as Iterable<[EntityId, Sighting[]]>) {
      this.#entities.set(entity, new Map(own.map((each) => [destinationKey(each.destination), each])));
    }
  }

  #written(): [EntityId, readonly Sighting[]][] {
    const entities = [...this.#entities.keys()].sort();
    return entities.map((entity) => [entity, this.of(entity)]);
  }
}

/** Whether a match of what is judged so is a sighting. */
export function isSightingOf(each: ThreatVerdict): boolean {
  return each.reputation === 'malicious' || each.reputation === 'suspicious';
}

/** Whether what is recalled is known by what was met. */
function tells(met: Sighting, recalled: Sighting): boolean {
  if (!covers(met.destination, recalled.destination)) return false;
  const isSame = destinationKey(met.destination) === destinationKey(recalled.destination);
  return isSame || met.reached !== null || recalled.reached === null;
}

/** Whether a sighting of one is one of the other: of the same, or of a name below it. */
function covers(met: Destination, listed: Destination): boolean {
  if (met.type !== 'domain' || listed.type !== 'domain')
    return destinationKey(met) === destinationKey(listed);
  const { fingerprint } = listed.name;
  return met.name.fingerprint === fingerprint || met.name.parents.includes(fingerprint);
}

function reconcileOne(
  own: Map<string, Sighting>,
  { table, warnings }: { readonly table: IndicatorTable; readonly warnings: Warnings },
  now: EpochMs,
): boolean {
  let changed = false;
  for (const [key, sighting] of own) {
    const current = verdict(table.matchDestination(sighting.destination), now, false, warnings);
    if (!isSightingOf(current)) own.delete(key);
    else own.set(key, rejudged(sighting, current));
    changed ||= !isSame(own.get(key), sighting);
  }
  return changed;
}

/** By what they say: one that was written down and read back is another object. */
function isSame(a: Sighting | undefined, b: Sighting): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** By key, so that nothing depends on who was met first. */
function sorted(own: ReadonlyMap<string, Sighting> | undefined): Sighting[] {
  return [...(own ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sighting]) => sighting);
}

function dropLeast(own: Map<string, Sighting>): void {
  const least = [...own].reduce((a, b) => (compareWorth(b[1], a[1]) < 0 ? b : a));
  own.delete(least[0]);
}
