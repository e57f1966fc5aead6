/** What a log's bytes are up to a place. */
export interface Checkpoint {
  readonly at: number;
  /** CRC-32 of all bytes before it. */
  readonly sum: number;
}

/** From here on one stands at each power of two: of a log that ends early, more than half of its bytes can be compared. */
const FIRST = 1_024;

/**
 * The checkpoints of a producer: logs may begin alike, with the same first record, and these tell one from another. They
 * stand at powers of two, and where its reading ended.
 */
export class Checkpoints {
  readonly #lasting: Checkpoint[] = [];
  #end: Checkpoint | null = null;

  /** @param known ascending */
  constructor(known: readonly Checkpoint[] = []) {
    for (const each of known) this.add(each);
  }

  /** The first behind `offset`. */
  after(offset: number): Checkpoint | null {
    const lasting = this.#lasting.find(({ at }) => at > offset);
    const end = this.#end;
    if (end === null || end.at <= offset) return lasting ?? null;
    return lasting === undefined || end.at < lasting.at ? end : lasting;
  }

  /** All that stand at or before `offset`, ascending. */
  upTo(offset: number): readonly Checkpoint[] {
    const lasting = this.#lasting.filter(({ at }) => at <= offset);
    const end = this.#end;
    return end === null || end.at > offset || end.at <= (lasting.at(-1)?.at ?? 0)
      ? lasting
      : [...lasting, end];
  }

  /** Does nothing where others stand behind it already. */
  add(checkpoint: Checkpoint): void {
    const last = isLasting(checkpoint.at) ? this.#lasting.at(-1) : this.#end;
    if (checkpoint.at <= (last?.at ?? 0)) return;
    if (isLasting(checkpoint.at)) this.#lasting.push(checkpoint);
    else this.#end = checkpoint;
  }
}

/** The first place behind `offset` at which one is to stand. */
export function nextLasting(offset: number): number {
  let place = FIRST;
  while (place <= offset) place *= 2;
  return place;
}

export function isLasting(at: number): boolean {
  return at === nextLasting(at - 1);
}
