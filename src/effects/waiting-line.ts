/** Does one thing after the other. One that fails is told to whoever waits for it, and keeps nobody behind it waiting. */
export class WaitingLine {
  #last: Promise<unknown> = Promise.resolve();

  next<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** Resolves when all that waits now is done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
