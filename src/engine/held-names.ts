import type { Fingerprint, SealedName, Stateful, StateReader, StateWriter } from '../model/index.ts';

interface Held {
  readonly name: SealedName;
  holders: number;
}

/**
 * Names, each kept once and known by a small number from 1. The same name sealed otherwise (under other lists of
 * domains) is another one: what was learnt stays as it was learnt.
 */
export class HeldNames implements Stateful {
  readonly #held: (Held | null)[] = [null];
  readonly #free: number[] = [];
  /** The number of each name as it was sealed last. */
  readonly #numbers = new Map<Fingerprint, number>();

  /** The name's number, held once more. */
  hold(name: SealedName): number {
    const known = this.#numbers.get(name.fingerprint) ?? 0;
    const held = this.#held[known] ?? null;
    if (held !== null && isSealedAlike(held.name, name)) {
      held.holders++;
      return known;
    }
    const number = this.#free.pop() ?? this.#held.length;
    const { full: _full, ...sealed } = name;
    this.#held[number] = { name: sealed, holders: 1 };
    this.#numbers.set(name.fingerprint, number);
    return number;
  }

  /** Held once less. */
  release(number: number): void {
    const held = this.#held[number] ?? null;
    if (held === null || --held.holders > 0) return;
    this.#held[number] = null;
    this.#free.push(number);
    const { fingerprint } = held.name;
    if (this.#numbers.get(fingerprint) === number) this.#numbers.delete(fingerprint);
  }

  at(number: number): SealedName | null {
    return this.#held[number]?.name ?? null;
  }

  save(to: StateWriter): void {
    to.plain('free', this.#free);
    to.records('names', this.#held);
    to.records('last', this.#numbers);
  }

  load(from: StateReader): void {
    for (const number of from.plain('free') as number[]) this.#free.push(number);
    let number = 0;
    for (const held of from.records('names') as Iterable<Held | null>) {
      this.#held[number++] = held === null ? null : { ...held };
    }
    for (const [fingerprint, last] of from.records('last') as Iterable<[Fingerprint, number]>) {
      this.#numbers.set(fingerprint, last);
    }
  }
}

function isSealedAlike(a: SealedName, b: SealedName): boolean {
  return (
    a.domain === b.domain &&
    a.guarded === b.guarded &&
    a.labels.count === b.labels.count &&
    a.labels.length === b.labels.length &&
    a.labels.entropy === b.labels.entropy &&
    a.parents.length === b.parents.length &&
    a.parents.every((parent, i) => parent === b.parents[i])
  );
}
