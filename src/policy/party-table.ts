import { LIMITS } from '../model/index.ts';
import { add, type RuleSet, noRules } from './bits.ts';
import type { PolicyParty } from './party.ts';

/** What was answered of an entity, and what it was then: who is still the same has the same answer. */
interface Remembered extends Omit<PolicyParty, 'id'> {
  readonly set: RuleSet;
}

/**
 * Which rules mean an entity. Entities of one class (kind, type, tags, site) are meant by the same rules, unless a rule
 * names one of them by its id. Pure results are remembered: forgetting them changes nothing.
 */
export class PartyTable {
  readonly #tests: readonly ((party: PolicyParty) => boolean)[];
  readonly #named: ReadonlySet<string>;
  /** Classes of which the same rules speak have one set: fewer of them stay at hand. */
  readonly #sets = new Map<string, RuleSet>();
  readonly #byClass = new Map<string, RuleSet>();
  /** Of those with tags, or named: by id. */
  readonly #byId = new Map<string, Remembered>();
  /** Of those without tags, who are many: by site, then by kind, then by type. */
  readonly #untagged = new Map<string, Map<string | null, Partial<Record<string, RuleSet>>>>();
  #size = 0;

  /** @param tests by rule @param named ids that some rule names */
  constructor(tests: readonly ((party: PolicyParty) => boolean)[], named: Iterable<string>) {
    this.#tests = tests;
    this.#named = new Set(named);
  }

  of(party: PolicyParty): RuleSet {
    if (party.tags.length > 0 || this.#isNamed(party)) return this.#again(party);
    const known = this.#untagged.get(party.site)?.get(party.kind)?.[party.type];
    if (known !== undefined) return known;
    const set = this.#made(party);
    const ofSite =
      this.#untagged.get(party.site) ?? new Map<string | null, Partial<Record<string, RuleSet>>>();
    this.#untagged.set(party.site, ofSite.set(party.kind, { ...ofSite.get(party.kind), [party.type]: set }));
    return set;
  }

  #again(party: PolicyParty): RuleSet {
    const before = this.#byId.get(party.id);
    if (before !== undefined && isSame(before, party)) return before.set;
    const key = this.#classOf(party);
    const known = this.#byClass.get(key);
    const set = known ?? this.#made(party);
    if (known === undefined) this.#byClass.set(key, set);
    if (this.#byId.size >= LIMITS.rememberedProfiles) this.#byId.clear();
    const { type, kind, tags, site, alias = null } = party;
    this.#byId.set(party.id, { type, kind, tags, site, alias, set });
    return set;
  }

  #made(party: PolicyParty): RuleSet {
    if (this.#size >= LIMITS.subjectClasses) this.#forget();
    this.#size++;
    const set: RuleSet = noRules(this.#tests.length);
    for (const [rule, test] of this.#tests.entries()) if (test(party)) add(set, rule);
    const said = set.join();
    const known = this.#sets.get(said) ?? set;
    this.#sets.set(said, known);
    return known;
  }

  #forget(): void {
    this.#byClass.clear();
    this.#byId.clear();
    this.#sets.clear();
    this.#untagged.clear();
    this.#size = 0;
  }

  #isNamed({ id, alias }: PolicyParty): boolean {
    if (this.#named.size === 0) return false;
    return this.#named.has(id) || (alias !== undefined && alias !== null && this.#named.has(alias));
  }

  #classOf(party: PolicyParty): string {
    const { id, alias = null, type, kind, tags, site } = party;
    return JSON.stringify([this.#isNamed(party) ? [id, alias] : null, type, kind, tags, site]);
  }
}

/** The directory gives the same list of tags for as long as nothing of a profile changes. */
function isSame(before: Remembered, { type, kind, tags, site, alias = null }: PolicyParty): boolean {
  return (
    before.tags === tags &&
    before.kind === kind &&
    before.site === site &&
    before.type === type &&
    before.alias === alias
  );
}
