import type {
  Address,
  DestinationSelector,
  FingerprintOfName,
  Protocol,
  SealedName,
  ThreatCategory,
} from '../model/index.ts';
import { AddressTable } from './address-table.ts';
import { add, firstOf, Joining, noRules, type RuleSet, wordsIn } from './bits.ts';
import { NameTable } from './name-table.ts';
import { idsIn, isPlace, namesParties, type PolicyParty } from './party.ts';
import { PartyTable } from './party-table.ts';
import { ServiceTable } from './service-table.ts';

/** What a connection went to, or what is asked about. */
export interface PolicyDestination {
  readonly address: Address | null;
  readonly name: SealedName | null;
  readonly categories: readonly ThreatCategory[];
  /** Who it is, where it is an entity of the fleet. */
  readonly party: PolicyParty | null;
  readonly internal: boolean;
  readonly protocol: Protocol | null;
  readonly port: number | null;
}

/**
 * Which rules' selectors a destination meets. Each kind of place is one look-up, whatever the number of rules; what they
 * come to is asked for word by word (of 32 rules), because the first that decides ends the search.
 */
export class DestinationTable {
  /** Rules that name no place, and those for all that is inside, or outside. */
  readonly #inside: RuleSet;
  readonly #outside: RuleSet;
  readonly #addresses: AddressTable | null;
  readonly #names: NameTable | null;
  readonly #parties: PartyTable | null;
  readonly #categories = new Map<ThreatCategory, RuleSet>();
  readonly #services: ServiceTable;
  readonly #nothing: RuleSet;
  readonly #words: number;
  readonly #joining: Joining;
  /** The rules of the word that `next` found. */
  met = 0;
  /** What was found of the destination that was looked up last. */
  #base: RuleSet;
  #ofAddress: RuleSet;
  #ofParty: RuleSet;
  #ofName: RuleSet;
  #ofCategory: RuleSet;
  #ofService: RuleSet;

  /** @param selectors by rule; `null` for a rule that no destination meets */
  constructor(selectors: readonly (DestinationSelector | null)[], fingerprint: FingerprintOfName) {
    const rules = selectors.length;
    const empty = (): RuleSet => noRules(rules);
    this.#nothing = empty();
    this.#words = wordsIn(this.#nothing);
    this.#joining = new Joining(rules);
    this.#inside = empty();
    this.#outside = empty();
    for (const [rule, selector] of selectors.entries()) {
      if (selector === null) continue;
      if (selector.internal === true || isAnywhere(selector)) add(this.#inside, rule);
      if (selector.internal === false || isAnywhere(selector)) add(this.#outside, rule);
      for (const category of selector.categories ?? []) {
        const set = this.#categories.get(category) ?? empty();
        this.#categories.set(category, set);
        add(set, rule);
      }
    }
    this.#services = new ServiceTable(selectors);
    this.#addresses = AddressTable.of(selectors);
    this.#names = NameTable.of(selectors, fingerprint);
    const isAboutParties = selectors.some((each) => each !== null && namesParties(each));
    this.#parties = isAboutParties
      ? new PartyTable(
          selectors.map((each) => (party) => each !== null && isPlace(each, party)),
          selectors.flatMap((each) => idsIn(each ?? {})),
        )
      : null;
    this.#base = this.#nothing;
    this.#ofAddress = this.#nothing;
    this.#ofParty = this.#nothing;
    this.#ofName = this.#nothing;
    this.#ofCategory = this.#nothing;
    this.#ofService = this.#nothing;
  }

  lookUp({ address, name, categories, party, internal, protocol, port }: PolicyDestination): void {
    this.#base = internal ? this.#inside : this.#outside;
    this.#ofAddress =
      this.#addresses === null || address === null ? this.#nothing : this.#addresses.find(address);
    this.#ofParty = this.#parties === null || party === null ? this.#nothing : this.#parties.of(party);
    this.#ofName = this.#names === null || name === null ? this.#nothing : this.#names.find(name);
    this.#ofCategory = categories.length === 0 ? this.#nothing : this.#categorised(categories);
    this.#ofService = this.#services.of(protocol, port);
  }

  /** Of 32 rules those that the destination meets that was looked up last. */
  at(word: number): number {
    return (
      ((this.#base[word] as number) |
        (this.#ofAddress[word] as number) |
        (this.#ofParty[word] as number) |
        (this.#ofName[word] as number) |
        (this.#ofCategory[word] as number)) &
      (this.#ofService[word] as number)
    );
  }

  /**
   * The first word from `from` on with rules that the destination meets and that are in both other sets, which `met` then
   * holds; −1 where there is none. What it looks at is at hand in locals: this is what a decision costs.
   */
  next(from: number, applying: RuleSet, holding: RuleSet): number {
    const base = this.#base;
    const byAddress = this.#ofAddress;
    const byParty = this.#ofParty;
    const byName = this.#ofName;
    const byCategory = this.#ofCategory;
    const byService = this.#ofService;
    const words = this.#words;
    for (let part = from >>> 5; words + part < applying.length; part++) {
      const at = words + part;
      // Where each of them has something; of a word that was begun, what is behind it.
      let left =
        (applying[at] as number) &
        (holding[at] as number) &
        (byService[at] as number) &
        ((base[at] as number) |
          (byAddress[at] as number) |
          (byParty[at] as number) |
          (byName[at] as number) |
          (byCategory[at] as number));
      if (part === from >>> 5) left &= -1 << (from & 31);
      for (; left !== 0; left &= left - 1) {
        const word = 32 * part + firstOf(left);
        const met =
          (applying[word] as number) &
          (holding[word] as number) &
          (byService[word] as number) &
          ((base[word] as number) |
            (byAddress[word] as number) |
            (byParty[word] as number) |
            (byName[word] as number) |
            (byCategory[word] as number));
        if (met === 0) continue;
        this.met = met;
        return word;
      }
    }
    return -1;
  }

  #categorised(categories: readonly ThreatCategory[]): RuleSet {
    this.#joining.begin();
    for (const category of categories) this.#joining.take(this.#categories.get(category));
    return this.#joining.all;
  }
}

function isAnywhere(selector: DestinationSelector): boolean {
  const { networks, domains, categories, internal } = selector;
  return (
    !namesParties(selector) && [networks, domains, categories, internal].every((each) => each === undefined)
  );
}
