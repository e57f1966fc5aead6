import type { LazyRecords } from '../columns/index.ts';

/** By row, per partition. What changed hands is an object: it was asked for. */
type Lived<V> = readonly Pick<LazyRecords<V>, 'get' | 'made'>[];

/** Where it is lived, or what it says where it only waits. */
type Written = { readonly partition: number; readonly row: number } | { readonly says: unknown };

/**
 * Things that changed hands as identities merged. Several adoptions may keep the same one, and somebody may live
 * it: each has a number here, so that written down and read again it is still one thing.
 */
export class HandedDown<V> {
  readonly #things: V[] = [];
  readonly #numbers = new Map<V, number>();

  /** The thing's number, given to it where it has none; `null` stays. */
  number(thing: V | null): number | null {
    if (thing === null) return null;
    const known = this.#numbers.get(thing);
    if (known !== undefined) return known;
    this.#numbers.set(thing, this.#things.length);
    return this.#things.push(thing) - 1;
  }

  /** The thing of a number; `null` stays. */
  thing(number: number | null): V | null {
    return number === null ? null : (this.#things[number] ?? null);
  }

  write(lived: Lived<V>, say: (thing: V) => unknown): Written[] {
    const places = new Map<V, { readonly partition: number; readonly row: number }>();
    for (const [partition, all] of lived.entries()) {
      for (const [row, thing] of all.made) {
        if (!this.#numbers.has(thing)) continue;
        const known = places.get(thing);
        // The first row where several live it: who was asked for first must not show.
        if (known === undefined || (known.partition === partition && row < known.row)) {
          places.set(thing, { partition, row });
        }
      }
    }
    return this.#things.map((thing) => places.get(thing) ?? { says: say(thing) });
  }

  read(written: Iterable<unknown>, lived: Lived<V>, make: (says: unknown) => V): void {
    for (const each of written as Iterable<Written>) {
      const thing = 'says' in each ? make(each.says) : lived[each.partition]?.get(each.row);
      if (thing === undefined) throw new Error('a merged identity keeps what nobody of this state lives');
      this.number(thing);
    }
  }
}
