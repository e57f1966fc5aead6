import type { DestinationSelector, Fingerprint, FingerprintOfName, SealedName } from '../model/index.ts';
import { add, Joining, type RuleSet, noRules } from './bits.ts';

type Domains = Pick<DestinationSelector, 'domains'>;

/**
 * Which rules name a domain that a name is, or is below. At or above a name's registrable domain the clear text decides;
 * below it the fingerprints of the full name and of its parents do.
 */
export class NameTable {
  readonly #byText = new Map<string, RuleSet>();
  readonly #byFingerprint = new Map<Fingerprint, RuleSet>();
  readonly #joining: Joining;
  /** Labels of the shortest domain that a rule names. */
  #fewestLabels = Number.POSITIVE_INFINITY;

  /** @param selectors by rule; `null` where none of them names a domain */
  static of(selectors: readonly (Domains | null)[], fingerprint: FingerprintOfName): NameTable | null {
    const isAboutNames = selectors.some((each) => each?.domains !== undefined);
    return isAboutNames ? new NameTable(selectors, fingerprint) : null;
  }

  private constructor(selectors: readonly (Domains | null)[], fingerprint: FingerprintOfName) {
    const empty = (): RuleSet => noRules(selectors.length);
    this.#joining = new Joining(selectors.length);
    const note = <K>(sets: Map<K, RuleSet>, key: K, rule: number): void => {
      const set = sets.get(key) ?? empty();
      sets.set(key, set);
      add(set, rule);
    };
    for (const [rule, selector] of selectors.entries()) {
      for (const domain of selector?.domains ?? []) {
        this.#fewestLabels = Math.min(this.#fewestLabels, domain.split('.').length);
        note(this.#byText, domain, rule);
        note(this.#byFingerprint, fingerprint(domain), rule);
      }
    }
  }

  /** The answer holds until the next question. */
  find({ domain, fingerprint, parents }: SealedName): RuleSet {
    const joining = this.#joining;
    joining.begin();
    joining.take(this.#byFingerprint.get(fingerprint));
    for (const parent of parents) joining.take(this.#byFingerprint.get(parent));
    joining.take(this.#byText.get(domain));
    // A registrable domain is rarely below what a rule names: only a public suffix is shorter.
    for (
      let dot = domain.lastIndexOf('.'), labels = 1;
      dot > 0;
      dot = domain.lastIndexOf('.', dot - 1), labels++
    ) {
      if (labels >= this.#fewestLabels) joining.take(this.#byText.get(domain.slice(dot + 1)));
    }
    return joining.all;
  }
}
