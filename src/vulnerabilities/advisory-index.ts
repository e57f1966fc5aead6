import type { Advisory, EpochMs, ProductVersions, VexStatement } from '../model/index.ts';
import { isAhead } from './dates-ahead.ts';
import { drop, push } from './lists.ts';
import { onlyTakesBack } from './taking-back.ts';

/** One product of one advisory, where it is looked up. */
export interface IndexedProduct {
  readonly advisory: Advisory;
  readonly product: ProductVersions;
}

const NONE: readonly never[] = [];

/** Advisories by the key of each product, and by each of their names; the maker's words by vulnerability. */
export class AdvisoryIndex {
  readonly #advisories = new Map<string, Advisory>();
  readonly #byKey = new Map<string, IndexedProduct[]>();
  readonly #byName = new Map<string, Advisory[]>();
  readonly #documents = new Map<string, readonly VexStatement[]>();
  readonly #statements = new Map<string, VexStatement[]>();

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

  advisories(): Iterable<Advisory> {
    return this.#advisories.values();
  }

  statements(): Iterable<VexStatement> {
    return [...this.#documents.values()].flat();
  }

  /** Whether it is not known yet, nor older than what is; what is known of a day ahead is older than anything. */
  isNews(advisory: Advisory, now: EpochMs): boolean {
    const before = this.#advisories.get(`${advisory.source}:${advisory.id}`);
    if (before === undefined) return true;
    if ((advisory.modified ?? 0) < (before.modified ?? 0) && !isAhead(before.modified, now)) return false;
    // Two files may share one document's id and date: what one calls affected the other does not take back by being silent.
    if (onlyTakesBack(advisory) && advisory.modified === before.modified) return false;
    return JSON.stringify(advisory) !== JSON.stringify(before);
  }

  isNewsOf(document: string, statements: readonly VexStatement[], now: EpochMs): boolean {
    const before = this.#documents.get(document);
    if (before === undefined) return true;
    const isLater = newest(statements) >= newest(before) || isAhead(newest(before), now);
    return isLater && JSON.stringify(before) !== JSON.stringify(statements);
  }

  /** Takes an advisory in, in the place of another of the same id. */
  put(advisory: Advisory): void {
    const id = `${advisory.source}:${advisory.id}`;
    const before = this.#advisories.get(id);
    if (before !== undefined) this.#remove(before);
    // In the order of their coming, as they are read back.
    this.#advisories.delete(id);
    this.#advisories.set(id, advisory);
    for (const product of advisory.products) push(this.#byKey, product.key, { advisory, product });
    for (const name of namesOf(advisory)) push(this.#byName, name, advisory);
  }

  /** All that one document says, in the place of what it said before; whether it was news. */
  putDocument(document: string, statements: readonly VexStatement[], now: EpochMs): boolean {
    if (!this.isNewsOf(document, statements, now)) return false;
    for (const each of this.#documents.get(document) ?? []) {
      for (const name of each.vulnerabilities) drop(this.#statements, name, (other) => other === each);
    }
    this.#documents.delete(document);
    this.#documents.set(document, statements);
    for (const each of statements)
      for (const name of each.vulnerabilities) push(this.#statements, name, each);
    return true;
  }

  /** What is known under its id now. */
  known({ source, id }: Pick<Advisory, 'source' | 'id'>): Advisory | null {
    return this.#advisories.get(`${source}:${id}`) ?? null;
  }

  #remove(advisory: Advisory): void {
    const isIts = (each: IndexedProduct) => each.advisory === advisory;
    for (const key of new Set(advisory.products.map((product) => product.key))) drop(this.#byKey, key, isIts);
    for (const name of namesOf(advisory)) drop(this.#byName, name, (each) => each === advisory);
  }
}

export function namesOf({ id, aliases }: Pick<Advisory, 'id' | 'aliases'>): ReadonlySet<string> {
  return new Set([id, ...aliases]);
}

function newest(statements: readonly VexStatement[]): number {
  return statements.reduce((latest, { at }) => Math.max(latest, at ?? 0), 0);
}
