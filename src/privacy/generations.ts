/**
 * A bounded map that forgets what was not used lately, in two generations: when the young one is full it
 * becomes the old, and the old is forgotten; what is used in between moves on. Holds at most twice `size`.
 * What it forgets depends on the calls alone, never on time or chance.
 */
export class Generations<K, V> {
  private readonly size: number;
  private young = new Map<K, V>();
  private old = new Map<K, V>();
  /** How to undo each change since the mark, the latest last; `null` without a mark. */
  private changes: (() => void)[] | null = null;

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
    if (this.young.size >= this.size && !this.young.has(key)) this.age();
    if (this.changes !== null) this.noteChange(key, this.changes);
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

  /** From here on, changes can be taken back. */
  mark(): void {
    this.changes = [];
  }

  /** All is again as it was at the mark. */
  takeBack(): void {
    for (const undo of this.changes?.toReversed() ?? []) undo();
    this.changes = [];
  }

  /** What is held, in an order that can be restored. */
  entries(): { readonly young: Iterable<readonly [K, V]>; readonly old: Iterable<readonly [K, V]> } {
    return { young: this.young, old: this.old };
  }

  /** Into an empty one: what {@link entries} gave. */
  restore({ young, old }: ReturnType<Generations<K, V>['entries']>): void {
    this.young = new Map(young);
    this.old = new Map(old);
  }

  private age(): void {
    const { young, old } = this;
    this.changes?.push(() => {
      this.young = young;
      this.old = old;
    });
    this.old = young;
    this.young = new Map();
  }

  private noteChange(key: K, changes: (() => void)[]): void {
    const into = this.young;
    const before = into.get(key);
    changes.push(() => (before === undefined ? into.delete(key) : into.set(key, before)));
  }
}
