/** Long readings stand in line, each asker's behind its own: whoever asks a thousand times waits for nobody but itself. */
export class Lines {
  /** How many long readings of one asker wait for the one that is under way. */
  static readonly WAITING = 16;
  readonly #lines = new Map<string, { length: number; last: Promise<unknown> }>();

  /** Runs it when its turn has come; `null` where the asker's line is full. */
  join<T>(asker: string, reading: () => Promise<T>): Promise<T> | null {
    const line = this.#lines.get(asker) ?? { length: 0, last: Promise.resolve() };
    if (line.length > Lines.WAITING) return null;
    this.#lines.set(asker, line);
    line.length += 1;
    const read = line.last.then(reading).finally(() => {
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(asker);
    });
    line.last = read.catch(() => undefined);
    return read;
  }
}
