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
/** What more of them use points at none of them. */
const MOST_USERS = 8;

/** Whose the objects of a bundle are, by its relationships (STIX 2.1 §5.1). */
export class Attribution {
  readonly #of = new Map<string, Set<string>>();
  readonly #objects: ReadonlyMap<string, StixObject>;

  constructor(objects: readonly StixObject[]) {
    this.#objects = new Map(objects.map((object) => [String(object['id']), object]));
    for (const each of objects) {
      if (each['type'] !== 'relationship' || each['revoked'] === true) continue;
      const [source, target] = [String(each['source_ref']), String(each['target_ref'])];
      const kind = String(each['relationship_type']);
      if (TO_ACTOR.has(kind)) this.#add(source, target);
      else if (FROM_ACTOR.has(kind) && this.#isActor(source)) this.#add(target, source);
    }
  }

  /** Names of those that an indicator's target is, or is of: all that come into question, and none chosen. */
  of(target: StixObject): readonly string[] {
    const type = String(target['type']);
    if (!ACTORS.has(type) && !OWN.has(type)) return [];
    const others = this.#actorsOf(String(target['id']));
    if (OWN.has(type) && others.length > MOST_USERS) return [];
    // Of a campaign both it and whom it is attributed to are named.
    const all = ACTORS.has(type) ? [target, ...others] : others;
    return [...new Set(all.flatMap((object) => givenName(object['name']) ?? []))];
  }

  #actorsOf(id: string): readonly StixObject[] {
    const actors = [...(this.#of.get(id) ?? [])].filter((each) => this.#isActor(each));
    return actors.map((each) => this.#objects.get(each)).filter((each) => each !== undefined);
  }

  #isActor(id: string): boolean {
    const object = this.#objects.get(id);
    return object !== undefined && object['revoked'] !== true && ACTORS.has(String(object['type']));
  }

  #add(thing: string, whose: string): void {
    const known = this.#of.get(thing);
    if (known === undefined) this.#of.set(thing, new Set([whose]));
    else known.add(whose);
  }
}
