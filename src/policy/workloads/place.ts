import { pathText, type PolicyFileError, type YamlDocument } from '../yaml-text.ts';

/** Mistakes and what cannot be expressed, as they are found. */
export class Findings {
  readonly errors: PolicyFileError[] = [];

  note(document: YamlDocument, keys: readonly PropertyKey[], message: string): void {
    this.errors.push({ path: pathText(keys), line: document.lineOf(keys), message });
  }
}

/** A value in a manifest, and where it stands. */
export class Place {
  readonly value: unknown;
  readonly #document: YamlDocument;
  readonly #keys: readonly PropertyKey[];
  readonly #findings: Findings;

  constructor(value: unknown, document: YamlDocument, keys: readonly PropertyKey[], findings: Findings) {
    this.value = value;
    this.#document = document;
    this.#keys = keys;
    this.#findings = findings;
  }

  get isThere(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  refuse(message: string): void {
    this.#findings.note(this.#document, this.#keys, message);
  }

  at(key: string): Place {
    const { value } = this;
    const own = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return new Place(own, this.#document, [...this.#keys, key], this.#findings);
  }

  /** Refuses every key that is not among these. */
  only(keys: readonly string[], why = 'cannot be expressed as a policy of Stance'): void {
    if (!isObject(this.value)) {
      if (this.isThere) this.refuse('must be an object');
      return;
    }
    for (const key of Object.keys(this.value)) if (!keys.includes(key)) this.at(key).refuse(why);
  }

  /** Whether it is an object; else it is refused: nothing said would mean all. */
  isObject(): boolean {
    if (isObject(this.value)) return true;
    this.refuse('must be an object');
    return false;
  }

  /** The items of a list; none where it is not there. */
  items(): readonly Place[] {
    if (!this.isThere) return [];
    if (Array.isArray(this.value)) {
      return this.value.map(
        (item, index) => new Place(item, this.#document, [...this.#keys, index], this.#findings),
      );
    }
    this.refuse('must be a list');
    return [];
  }

  /** The keys and values of an object; none where it is not there. */
  entries(): readonly (readonly [string, Place])[] {
    if (!this.isThere) return [];
    if (isObject(this.value)) return Object.keys(this.value).map((key) => [key, this.at(key)] as const);
    this.refuse('must be an object');
    return [];
  }

  /** A text that is not empty; else it is refused and `null`. */
  text(): string | null {
    if (typeof this.value === 'string' && this.value !== '') return this.value;
    this.refuse('must be a text');
    return null;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
