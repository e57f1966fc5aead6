/**
 * A bounded map that forgets what was not used lately, in two generations: when the young one is full it
 * becomes the old, and the old is forgotten; what is used in between moves on. Holds at most twice `size`.
 * What it forgets depends on the calls alone, never on time or chance.
 */
export class Generations<K, V> {
  private readonly size: number;
  private young = new Map<K, V>();
  private old = new Map<K, V>();

  constructor(size: number) {
    this.size = size;
  }

  get(key: K): V | undefined {
    const young = this.young.get(key);
    if (young !== undefined) return young;
    const old = this.old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    if (this.young.size >= this.size && !this.young.has(key)) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }

  /** The value of `key`, made and kept where there is none. */
  getOrMake(key: K, make: (key: K) => V): V {
    const known = this.get(key);
    if (known !== undefined) return known;
    const made = make(key);
    this.set(key, made);
    return made;
  }
}
