/** Counts the changes after which somebody's answer may differ, so that answers can be remembered until then. */
export class Revision {
  #count = 1;
  #ofAll = 1;

  /** Moves with every change. */
  get count(): number {
    return this.#count;
  }

  /** Moves with every change that may concern anybody. */
  get ofAll(): number {
    return this.#ofAll;
  }

  /** One entity or one address changed; gives the new count, which was never given before. */
  move(): number {
    this.#count += 1;
    return this.#count;
  }

  /** Anybody may have changed: the configuration, the inventory, which ids are one. */
  moveAll(): void {
    this.#ofAll = this.move();
  }
}
