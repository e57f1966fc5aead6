import { givenName } from '../found.ts';

type StixObject = Readonly<Record<string, unknown>>;

/** Whom an indicator may point at: their names are a claim of this feed. */
export const ACTORS: ReadonlySet<string> = new Set(['intrusion-set', 'threat-actor', 'campaign']);
/** What is one's own often enough to say whose it is; a tool is everybody's. */
const OWN = new Set(['malware', 'infrastructure']);
/** From the thing to whose it is, and from whose it is to the thing. */
const TO_ACTOR = new Set(['attributed-to', 'authored-by']);
const FROM_ACTOR = new Set(['uses', 'owns', 'controls', 'hosts']);
/** The relationships by which it is told whose something is. */
export const ATTRIBUTING: ReadonlySet<string> = new Set([...TO_ACTOR, ...FROM_ACTOR]);
/** What more of them use, or is said to be of more of them, points at none of them. */
const MOST_USERS = 8;

/** Whose the objects of a bundle are, by its relationships (STIX 2.1 §5.1). */
export class Attribution {
  readonly #of = new Map<string, Set<string>>();
  readonly #objects: ReadonlyMap<string, StixObject>;
  readonly #named = new Map<string, readonly string[]>();

  /** @param objects by their ids */
  constructor(objects: ReadonlyMap<string, StixObject>) {
    this.#objects = objects;
  }

  /** Each of the bundle's objects, before it is asked. */
  add(each: StixObject): void {
    if (each['type'] !== 'relationship' || each['revoked'] === true) return;
    const [source, target] = [textOf(each['source_ref']), textOf(each['target_ref'])];
    const kind = textOf(each['relationship_type']);
    if (TO_ACTOR.has(kind) && this.#isActor(target)) this.#add(source, target);
    else if (FROM_ACTOR.has(kind) && this.#isActor(source)) this.#add(target, source);
  }

  /** Names of those that an indicator's target is, or is of: all that come into question, and none chosen. */
  of(target: StixObject): readonly string[] {
    const id = textOf(target['id']);
    const known = this.#named.get(id);
    if (known !== undefined) return known;
    const named = this.#namesOf(target, id);
    this.#named.set(id, named);
    return named;
  }

  #namesOf(target: StixObject, id: string): readonly string[] {
    const type = textOf(target['type']);
    if (!ACTORS.has(type) && !OWN.has(type)) return [];
    const others = this.#actorsOf(id);
    // Of a campaign both it and whom it is attributed to are named.
    const all = ACTORS.has(type) ? [target, ...others] : others;
    return [...new Set(all.flatMap((object) => givenName(object['name']) ?? []))];
  }

  #actorsOf(id: string): readonly StixObject[] {
    const actors = [...(this.#of.get(id) ?? [])];
    if (actors.length > MOST_USERS) return [];
    return actors.map((each) => this.#objects.get(each)).filter((each) => each !== undefined);
  }

  #isActor(id: string): boolean {
    const object = this.#objects.get(id);
    return object !== undefined && object['revoked'] !== true && ACTORS.has(textOf(object['type']));
  }

  #add(thing: string, whose: string): void {
    const known = this.#of.get(thing);
    if (known === undefined) this.#of.set(thing, new Set([whose]));
    else if (known.size <= MOST_USERS) known.add(whose);
  }
}

/** What is no text names nothing. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
