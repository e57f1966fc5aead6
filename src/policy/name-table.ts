import type { DestinationSelector, Fingerprint, FingerprintOfName, SealedName } from '../model/index.ts';
import { add, Joining, type RuleSet, wordsFor } from './bits.ts';

type Domains = Pick<DestinationSelector, 'domains'>;

/**
 * Which rules name a domain that a name is, or is below. At or above a name's registrable domain the clear text decides;
 * below it the fingerprints of the full name and of its parents do.
 */
export class NameTable {
  readonly #byText = new Map<string, RuleSet>();
  readonly #byFingerprint = new Map<Fingerprint, RuleSet>();
  readonly #joining: Joining;

  /** @param selectors by rule; `null` where none of them names a domain */
  static of(selectors: readonly (Domains | null)[], fingerprint: FingerprintOfName): NameTable | null {
    const isAboutNames = selectors.some((each) => each?.domains !== undefined);
    return isAboutNames ? new NameTable(selectors, fingerprint) : null;
  }

  private constructor(selectors: readonly (Domains | null)[], fingerprint: FingerprintOfName) {
    const empty = (): RuleSet => new Uint32Array(wordsFor(selectors.length));
    this.#joining = new Joining(selectors.length);
    const note = <K>(sets: Map<K, RuleSet>, key: K, rule: number): void => {
      const set = sets.get(key) ?? empty();
      sets.set(key, set);
      add(set, rule);
    };
    for (const [rule, selector] of selectors.entries()) {
      for (const domain of selector?.domains ?? []) {
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
    for (let dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
      joining.take(this.#byText.get(domain.slice(dot + 1)));
    }
    return joining.all;
  }
}
