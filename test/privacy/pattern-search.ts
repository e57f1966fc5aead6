/** A pattern's first bytes decide quickly whether it can stand somewhere. */
const KEY_BYTES = 4;
const FILTER_BITS = 20;

/** Many patterns looked for in bytes at once: one pass, whatever their number. */
export class PatternSearch {
  readonly #byKey = new Map<number, [string, string][]>();
  readonly #filter = new Uint8Array(1 << FILTER_BITS);

  /** @param pattern in Latin-1, at least four bytes @param found what is told where it stands */
  add(pattern: string, found: string): void {
    if (pattern.length < KEY_BYTES)
      throw new RangeError(`too short to be looked for: ${pattern.length} bytes`);
    let key = 0;
    for (let i = 0; i < KEY_BYTES; i++) key = ((key << 8) | pattern.charCodeAt(i)) >>> 0;
    const same = this.#byKey.get(key);
    if (same === undefined) this.#byKey.set(key, [[pattern, found]]);
    else if (!same.some(([known, of]) => known === pattern && of === found)) same.push([pattern, found]);
    this.#filter[place(key)] = 1;
  }

  /** What stands in the bytes. */
  in(bytes: Uint8Array): ReadonlySet<string> {
    const found = new Set<string>();
    let key = 0;
    for (let i = 0; i < bytes.length; i++) {
      key = ((key << 8) | (bytes[i] as number)) >>> 0;
      if (this.#filter[place(key)] === 0) continue;
      for (const [pattern, of] of this.#byKey.get(key) ?? []) {
        if (!found.has(of) && stands(pattern, bytes, i - KEY_BYTES + 1)) found.add(of);
      }
    }
    return found;
  }
}

function place(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> (32 - FILTER_BITS);
}

function stands(pattern: string, bytes: Uint8Array, at: number): boolean {
  if (at < 0 || at + pattern.length > bytes.length) return false;
  for (let i = 0; i < pattern.length; i++) if (bytes[at + i] !== pattern.charCodeAt(i)) return false;
  return true;
}
