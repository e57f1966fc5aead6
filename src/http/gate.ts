/** How many requests of one kind may be under way at once; what is beyond is told to come back. */
export class Gate {
  readonly #limit: number;
  #inside = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The way out, to be called once; `null` when it is full. */
  enter(): (() => void) | null {
    if (this.#inside >= this.#limit) return null;
    this.#inside += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#inside -= 1;
    };
  }
}
