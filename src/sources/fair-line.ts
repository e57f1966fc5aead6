/** What waits, and what it takes of those behind it. */
interface Waiting {
  readonly cost: number;
  readonly begin: () => void;
}

/** Of one sender: what waits, and when its turn is, on the clock of what was done for everybody. */
interface Share {
  readonly line: Waiting[] | Turns;
  /** When the first of its line may begin. */
  begins: number;
}

/**
 * Whose turn it is: theirs of whom least was done since they began to wait. Start-time fair queueing (P. Goyal, H. Vin,
 * H. Cheng, 1996), with a line of its own for each part of a sender's name.
 */
class Turns {
  readonly #shares = new Map<string, Share>();
  #now = 0;
  #waiting = 0;

  get isEmpty(): boolean {
    return this.#waiting === 0;
  }

  add([name = '', ...parts]: readonly string[], waiting: Waiting): void {
    let share = this.#shares.get(name);
    if (share === undefined) {
      share = { line: parts.length === 0 ? [] : new Turns(), begins: this.#now };
      this.#shares.set(name, share);
    }
    // Who said nothing for long has saved up nothing.
    if (isEmpty(share)) share.begins = Math.max(share.begins, this.#now);
    if (share.line instanceof Turns) share.line.add(parts, waiting);
    else share.line.push(waiting);
    this.#waiting++;
  }

  next(): Waiting | null {
    let first: Share | null = null;
    for (const share of this.#shares.values()) {
      if (!isEmpty(share) && (first === null || share.begins < first.begins)) first = share;
    }
    const next = (first?.line instanceof Turns ? first.line.next() : first?.line.shift()) ?? null;
    if (first === null || next === null) return null;
    this.#waiting--;
    this.#now = first.begins;
    first.begins += next.cost;
    this.#forget();
    return next;
  }

  /** Those who wait for nothing, and owe nothing. */
  #forget(): void {
    for (const [name, share] of this.#shares)
      if (isEmpty(share) && share.begins <= this.#now) this.#shares.delete(name);
  }
}

function isEmpty({ line }: Share): boolean {
  return line instanceof Turns ? line.isEmpty : line.length === 0;
}

/**
 * One thing after the other, in turn by sender. One who has much waiting is done as much for as everybody else, by cost; what
 * somebody else begins to wait with has at most one thing of each of the others before it, and what is under way.
 */
export class FairLine {
  #turns = new Turns();
  #isBusy = false;

  /**
   * @param sender its name, and its parts: senders take turns, and within one sender its parts do. Always of as many parts
   * @param cost above 0; in the same unit for all
   */
  async next<T>(sender: readonly string[], cost: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin) => {
      this.#turns.add(sender, { cost, begin });
      this.#beginNext();
    });
    try {
      return await work();
    } finally {
      this.#isBusy = false;
      this.#beginNext();
    }
  }

  #beginNext(): void {
    if (this.#isBusy) return;
    const next = this.#turns.next();
    // Where nobody waits nobody is owed anything.
    if (next === null) this.#turns = new Turns();
    else {
      this.#isBusy = true;
      next.begin();
    }
  }
}
