/** Long readings stand in line, each asker's behind its own: whoever asks a thousand times waits for nobody but itself. */
export class Lines {
  /** How many long readings of one asker wait for the one that is under way. */
  static readonly WAITING = 16;
  /** Who waited longer is about to give up, or did: a door waits for twice as long. */
  static readonly PATIENCE_MS = 10_000;
  readonly #now: () => number;
  readonly #lines = new Map<string, { length: number; last: Promise<unknown> }>();

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Runs it when its turn has come; `null` where the asker's line is full, or, later, where that took too long. */
  join<T>(asker: string, reading: () => Promise<T>): Promise<T | null> | null {
    const line = this.#lines.get(asker) ?? { length: 0, last: Promise.resolve() };
    if (line.length > Lines.WAITING) return null;
    this.#lines.set(asker, line);
    line.length += 1;
    const until = this.#now() + Lines.PATIENCE_MS;
    const inTurn = async () => (this.#now() > until ? null : reading());
    const read = line.last.then(inTurn).finally(() => {
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(asker);
    });
    line.last = read.catch(() => undefined);
    return read;
  }
}
