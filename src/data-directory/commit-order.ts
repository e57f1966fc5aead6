import { setImmediate as nextTurn } from 'node:timers/promises';
import { JournalError } from '../journal/index.ts';

/** What the journal has been given and is not yet applied. */
export interface OnItsWay {
  /** The record's number, once it is on disk. */
  readonly number: Promise<number>;
}

interface Ahead {
  readonly reading: object;
  readonly onItsWay: Promise<OnItsWay>;
}

/**
 * The order in which records are journaled and applied: one after the other. Batches of one reading of files may be on
 * their way to the disk while those before them are applied.
 */
export class CommitOrder {
  #last: Promise<unknown> = Promise.resolve();
  /** The last step, where it is a batch that further ones may go ahead behind. */
  #ahead: Ahead | null = null;
  /** Readings of which a batch was refused, and why: what they hand on after it would leave a hole. */
  readonly #broken = new WeakMap<object, { readonly cause: unknown }>();
  #fault: JournalError | null = null;

  /** The engine failed on a record: nothing is done on its half-applied state any more. */
  get fault(): JournalError | null {
    return this.#fault;
  }

  /** A failed step does not stop those behind it; the journal itself does where it must. */
  next<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      this.#refuseAfterFault();
      return step();
    });
    this.#last = result.catch(() => undefined);
    this.#ahead = null;
    return result;
  }

  /** As `next`; when a step of a reading is refused, so are all that follow. */
  nextOf<T>(reading: object, step: () => Promise<T>): Promise<T> {
    const result = this.next(() => {
      this.#refuseBroken(reading);
      return step();
    });
    this.#breakWith(reading, result);
    return result;
  }

  /**
   * Hands something on without waiting for what is before it to be applied, where that is of the same reading: of one
   * reading, no two hold the same.
   * @param apply what is done with it when its turn has come and it is on disk
   */
  ahead<W extends OnItsWay, T>(
    reading: object,
    handOn: () => W,
    apply: (onItsWay: W, number: number) => Promise<T>,
  ): Promise<T> {
    const before = this.#last;
    const start = this.#ahead?.reading === reading ? this.#ahead.onItsWay : before;
    const onItsWay = start.then(() => {
      this.#refuseAfterFault();
      this.#refuseBroken(reading);
      const handedOn = handOn();
      // Whoever hands on what comes later must know before it is told.
      this.#breakWith(reading, handedOn.number);
      return handedOn;
    });
    // It is told where its turn comes.
    onItsWay.catch(() => undefined);
    const applied = before.then(async () => {
      const handedOn = await onItsWay;
      const number = await handedOn.number;
      // Others first: what comes next is on its way to the disk while this is applied.
      await nextTurn();
      this.#refuseAfterFault();
      return apply(handedOn, number);
    });
    this.#breakWith(reading, applied);
    this.#last = applied.catch(() => undefined);
    this.#ahead = { reading, onItsWay };
    return applied;
  }

  /** A record that is on disk was taken in by half: whatever came after it would stand on a state that no replay gives. */
  stop(number: number, cause: unknown): JournalError {
    const message = `record ${number} is on disk, but the engine failed on it: nothing more is taken in until a restart; that applies it again, and where it fails once more sets it aside and goes on without it`;
    this.#fault = new JournalError('failed', message, { cause });
    return this.#fault;
  }

  /** Resolves when all that was asked for is done. */
  async idle(): Promise<void> {
    await this.#last;
  }

  #breakWith(reading: object, step: Promise<unknown>): void {
    step.catch((cause: unknown) => this.#broken.set(reading, { cause }));
  }

  #refuseAfterFault(): void {
    if (this.#fault !== null) throw this.#fault;
  }

  #refuseBroken(reading: object): void {
    const broken = this.#broken.get(reading);
    if (broken !== undefined) throw broken.cause;
  }
}
