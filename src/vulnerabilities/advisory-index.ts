import {
  type Advisory,
  type EpochMs,
  LIMITS,
  type ProductVersions,
  type VexStatement,
} from '../model/index.ts';
import { isAhead } from './dates-ahead.ts';
import { dropAll, push } from './lists.ts';
import { type Said, Sayings } from './sayings.ts';
import { onlyTakesBack } from './taking-back.ts';
import { commonName, type Kin, Kinships, namesOf } from './vulnerability-names.ts';
import { type NamedVulnerability, vulnerabilitiesOf } from './named-vulnerability.ts';

/** One product of one advisory, where it is looked up. */
export interface IndexedProduct {
  readonly advisory: Advisory;
  readonly product: ProductVersions;
}

/** Advisories that take the place of others. */
export interface Replacement {
  readonly taken: readonly Advisory[];
  readonly replaced: readonly Advisory[];
}

/** What words mean, and which of them mean anything. */
interface MeantByWords {
  readonly advisories: readonly Advisory[];
  readonly documents: readonly string[];
  readonly met: ReadonlySet<string>;
}

const NONE: readonly never[] = [];

/** Advisories by the key of each product, and by each of their names; the maker's words by vulnerability. */
export class AdvisoryIndex {
  readonly #advisories = new Map<string, Advisory>();
  readonly #byKey = new Map<string, IndexedProduct[]>();
  readonly #byName = new Map<string, Advisory[]>();
  readonly #documents = new Map<string, readonly VexStatement[]>();
  readonly #statements = new Map<string, VexStatement[]>();
  readonly #kinships = new Kinships((name) => this.named(name));
  readonly #sayings = new Sayings(this);
  /** Made when they are asked for, until anything changes. */
  readonly #vulnerabilities = new Map<Advisory, readonly NamedVulnerability[]>();

  get size(): number {
    return this.#advisories.size;
  }

  get statementCount(): number {
    return this.#documents.size;
  }

  at(key: string): readonly IndexedProduct[] {
    return this.#byKey.get(key) ?? NONE;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  named(name: string): readonly Advisory[] {
    return this.#byName.get(name) ?? NONE;
  }

  statementsOn(name: string): readonly VexStatement[] {
    return this.#statements.get(name) ?? NONE;
  }

  /** All that are known by the names of one, or joined to one of those. */
  kinOf(name: string): Kin {
    return this.#kinships.of(commonName(name));
  }

  saidUnder(name: string): Said {
    return this.#sayings.under(name);
  }

  saidOfKin(kin: Kin): Said {
    return this.#sayings.ofKin(kin);
  }

  /** The vulnerabilities of an advisory, each with all that is said of it. */
  vulnerabilitiesOf(advisory: Advisory): readonly NamedVulnerability[] {
    const known = this.#vulnerabilities.get(advisory);
    if (known !== undefined) return known;
    const made = vulnerabilitiesOf(advisory, this);
    this.#vulnerabilities.set(advisory, made);
    return made;
  }

  advisories(): Iterable<Advisory> {
    return this.#advisories.values();
  }

  statements(): Iterable<VexStatement> {
    return [...this.#documents.values()].flat();
  }

  *documents(): Iterable<readonly [string, number]> {
    for (const [document, statements] of this.#documents) yield [document, statements.length];
  }

  /** What a document says, as far as is known. */
  statementsIn(document: string): readonly VexStatement[] {
    return this.#documents.get(document) ?? NONE;
  }

  /** Whether it is not known yet, nor older than what is; what is known of a day ahead is older than anything. */
  isNews(advisory: Advisory, now: EpochMs): boolean {
    return isNewsAfter(this.#advisories.get(idOf(advisory)), advisory, now);
  }

  isNewsOf(document: string, statements: readonly VexStatement[], now: EpochMs): boolean {
    const before = this.#documents.get(document);
    if (before === undefined) return true;
    const age = ageOf(statements);
    return !isOlder(age, ageOf(before), now) && JSON.stringify(before) !== JSON.stringify(statements);
  }

  /** What of these is news, each of the last among those of one id, and what goes for it. */
  newsAmong(advisories: readonly Advisory[], now: EpochMs): Replacement {
    const taken = new Map<string, Advisory>();
    const replaced: Advisory[] = [];
    let size = this.#advisories.size;
    for (const each of advisories) {
      const id = idOf(each);
      const before = this.#advisories.get(id);
      const isFirst = !taken.has(id);
      if (before === undefined && isFirst && size >= LIMITS.advisories) continue;
      if (!isNewsAfter(taken.get(id) ?? before, each, now)) continue;
      if (before === undefined && isFirst) size++;
      if (before !== undefined && isFirst) replaced.push(before);
      taken.delete(id);
      taken.set(id, each);
    }
    return { taken: [...taken.values()], replaced };
  }

  /** By their ids, by those of their documents, or by a whole format. */
  meantBy(words: readonly string[]): MeantByWords {
    const named = new Set(words);
    const met = new Set<string>();
    const isMeant = (names: readonly string[]) => {
      const meaning = names.filter((each) => named.has(each));
      for (const each of meaning) met.add(each);
      return meaning.length > 0;
    };
    return {
      advisories: [...this.#advisories.values()].filter((each) => isMeant(wordsFor(each))),
      documents: [...this.#documents.keys()].filter((each) => isMeant([each, ...this.#formatsOf(each)])),
      met,
    };
  }

  #formatsOf(document: string): readonly string[] {
    return this.statementsIn(document).flatMap(
      ({ source, vulnerabilities: [name = ''] }) => source ?? this.#formatsWith(`${document}/${name}`),
    );
  }

  /** In records of before a document's format was kept: what it says of a vulnerability is an advisory too, if only to take it back. */
  #formatsWith(id: string): readonly string[] {
    return OF_DOCUMENTS.filter((source) => this.#advisories.has(`${source}:${id}`));
  }

  replace({ taken, replaced }: Replacement): void {
    this.#remove(replaced);
    for (const each of replaced) this.#advisories.delete(idOf(each));
    for (const advisory of taken) {
      const id = idOf(advisory);
      // In the order of their coming, as they are read back.
      this.#advisories.delete(id);
      this.#advisories.set(id, advisory);
      for (const product of advisory.products) push(this.#byKey, product.key, { advisory, product });
      for (const name of namesOf(advisory)) push(this.#byName, name, advisory);
    }
    this.#forget();
  }

  /** All that documents say, in the place of what they said before; one that says nothing is none. */
  putDocuments(documents: readonly (readonly [string, readonly VexStatement[]])[]): void {
    // All together: many may be on one vulnerability.
    const before = new Set(documents.flatMap(([document]) => this.statementsIn(document)));
    const names = new Set([...before].flatMap(({ vulnerabilities }) => vulnerabilities.map(commonName)));
    dropAll(this.#statements, names, (each) => before.has(each));
    for (const [document, statements] of documents) {
      this.#documents.delete(document);
      if (statements.length > 0) this.#documents.set(document, statements);
      for (const each of statements)
        for (const name of new Set(each.vulnerabilities.map(commonName))) push(this.#statements, name, each);
    }
    this.#forget();
  }

  /** All together: many may have a name or a product in common. */
  #remove(advisories: readonly Advisory[]): void {
    const gone = new Set(advisories);
    const keys = new Set(advisories.flatMap(({ products }) => products.map(({ key }) => key)));
    dropAll(this.#byKey, keys, ({ advisory }) => gone.has(advisory));
    const names = new Set(advisories.flatMap((each) => [...namesOf(each)]));
    dropAll(this.#byName, names, (each) => gone.has(each));
  }

  #forget(): void {
    this.#kinships.forget();
    this.#vulnerabilities.clear();
    this.#sayings.forget();
  }
}

const OF_DOCUMENTS: readonly string[] = ['csaf', 'openvex', 'cyclonedx'];

/** What an advisory may be called by: one of a document has that one's id before the vulnerability's first name. */
function wordsFor({ source, id, aliases: [name = ''] }: Advisory): readonly string[] {
  const isOfDocument = OF_DOCUMENTS.includes(source) && id.endsWith(`/${name}`);
  return isOfDocument ? [source, id, id.slice(0, -name.length - 1)] : [source, id];
}

function idOf({ source, id }: Advisory): string {
  return `${source}:${id}`;
}

/** When something was said, and in which revision of its document. */
interface Age {
  readonly at: EpochMs | null;
  readonly revision: number | undefined;
}

function isNewsAfter(before: Advisory | undefined, advisory: Advisory, now: EpochMs): boolean {
  if (before === undefined) return true;
  const [age, known] = [advisory, before].map(({ modified: at, revision }): Age => ({ at, revision })) as [
    Age,
    Age,
  ];
  if (isOlder(age, known, now)) return false;
  // Two files may share one document's id and date: what one calls affected the other does not take back by being silent.
  if (onlyTakesBack(advisory) && age.at === known.at && age.revision === known.revision) return false;
  return JSON.stringify(advisory) !== JSON.stringify(before);
}

/** By the revision where both tell it: a document may keep the date of its first issue. */
function isOlder(age: Age, known: Age, now: EpochMs): boolean {
  if (isAhead(known.at, now)) return false;
  if (age.revision !== undefined && known.revision !== undefined && age.revision !== known.revision)
    return age.revision < known.revision;
  return (age.at ?? 0) < (known.at ?? 0);
}

function ageOf(statements: readonly VexStatement[]): Age {
  const at = statements.reduce((latest, each) => Math.max(latest, each.at ?? 0), 0);
  return { at, revision: statements[0]?.revision };
}
