import type { Advisory, VexStatement, VexStatus } from '../model/index.ts';
import { compareTexts } from './versions/order.ts';
import { commonName, isCve, type Kin } from './vulnerability-names.ts';

/** What is known under single names. */
interface Known {
  named(name: string): readonly Advisory[];
  statementsOn(name: string): readonly VexStatement[];
}

/** What is said under a name, or under all of a kin. */
export interface Said {
  /** The makers' words on it, the one that counts most first. */
  readonly words: readonly VexStatement[];
  /** Of these, those that name no CVE: they are on whatever CVE goes by the name. */
  readonly open: readonly VexStatement[];
  /** The highest score that anybody gives. */
  readonly score: number | null;
}

/** Of two words at one time the more worrying. */
const CAUTION: readonly VexStatus[] = ['not_affected', 'fixed', 'under_investigation', 'affected'];

/** The newest first; what came first does not matter. */
export function byWeight(a: VexStatement, b: VexStatement): number {
  return (
    (b.at ?? 0) - (a.at ?? 0) ||
    CAUTION.indexOf(b.status) - CAUTION.indexOf(a.status) ||
    compareTexts(a.document, b.document)
  );
}

/** Found and sorted once, until anything changes: thousands of advisories may go by one name. */
export class Sayings {
  readonly #known: Known;
  readonly #names = new Map<string, Said>();
  readonly #kin = new Map<Kin, Said>();
  readonly #isOpen = new Map<VexStatement, boolean>();

  constructor(known: Known) {
    this.#known = known;
  }

  forget(): void {
    this.#names.clear();
    this.#kin.clear();
    this.#isOpen.clear();
  }

  under(name: string): Said {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const made = this.#said([name], this.#known.statementsOn(name));
    this.#names.set(name, made);
    return made;
  }

  /** Of a kin that has one CVE, or none. */
  ofKin(kin: Kin): Said {
    const known = this.#kin.get(kin);
    if (known !== undefined) return known;
    const made = this.#together(kin);
    this.#kin.set(kin, made);
    return made;
  }

  #together({ names, cves: [cve] }: Kin): Said {
    const [name = ''] = names;
    if (names.length === 1) return this.under(name);
    const all = new Set(names.toSorted().flatMap((each) => this.#known.statementsOn(each)));
    if (cve === undefined) return this.#said(names, [...all]);
    // A word that names CVEs is on those alone, whatever other name it shares with this one.
    const own = new Set(this.#known.statementsOn(cve));
    return this.#said(
      names,
      [...all].filter((each) => own.has(each) || this.#namesNoCve(each)),
    );
  }

  #said(names: readonly string[], statements: readonly VexStatement[]): Said {
    // Records of older releases may hold one without a status: it says nothing.
    const words = statements.filter(({ status }) => CAUTION.includes(status)).sort(byWeight);
    const open = words.filter((each) => this.#namesNoCve(each));
    // One list where they are the same: what is asked of it is asked once.
    return { words, open: open.length === words.length ? words : open, score: this.#scoreUnder(names) };
  }

  #namesNoCve(statement: VexStatement): boolean {
    const known = this.#isOpen.get(statement);
    if (known !== undefined) return known;
    const is = !statement.vulnerabilities.some((each) => isCve(commonName(each)));
    this.#isOpen.set(statement, is);
    return is;
  }

  /** Many advisories tell no score where another of the same vulnerability does. */
  #scoreUnder(names: readonly string[]): number | null {
    let score: number | null = null;
    for (const name of names) {
      for (const { cvss, withdrawn } of this.#known.named(name))
        if (cvss !== null && !withdrawn) score = Math.max(score ?? 0, cvss);
    }
    return score;
  }
}
