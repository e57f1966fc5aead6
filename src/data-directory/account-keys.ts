import { join } from 'node:path';
import type { Effects } from '../effects/index.ts';
import type { AccountEpochEndRecord, AccountEpochRecord } from '../model/index.ts';
import { changeAccountKeys } from '../privacy/index.ts';
import type { BetweenRecords } from './between-records.ts';
import { KEYS } from './opening.ts';

/** Which key accounts are sealed under, and which may still be found by (docs/adr/0024). */
export class AccountKeys {
  readonly #state: BetweenRecords;

  constructor(state: BetweenRecords) {
    this.#state = state;
  }

  /** Seals accounts under a new key from the next record on; the one before is kept until {@link endRotation}. */
  rotate(record: Omit<AccountEpochRecord, 'epoch'>, random: Effects['random']): Promise<void> {
    return this.#state.inOrder(async () => {
      const { number, waiting } = this.#epoch;
      if (waiting !== null) throw new TypeError('the key before is still in use');
      const epoch = number + 1;
      // On disk before anything is sealed under it.
      await this.#hold([number, epoch], random);
      await this.#state.commit({ ...record, epoch });
    });
  }

  /** Destroys the key before: who was not seen under the new one is not found by a name any more. */
  endRotation(record: Omit<AccountEpochEndRecord, 'epoch'>, random: Effects['random']): Promise<void> {
    return this.#state.inOrder(async () => {
      const { number, waiting } = this.#epoch;
      if (waiting === null) return;
      await this.#state.commit({ ...record, epoch: number - 1 });
      await this.#destroyOld(random);
    });
  }

  /** Whether a key is held that nobody needs: one that was made and never used, or that the disk did not let be destroyed. */
  get isDestructionOwed(): boolean {
    const needed = this.#needed;
    return !this.#state.derived.accountEpochs.every((epoch) => needed.includes(epoch));
  }

  /** Destroys what a crash, or a disk that refused, left. */
  destroyOwed(random: Effects['random']): Promise<void> {
    return this.#state.inOrder(() => this.#destroyOld(random));
  }

  /** The same at a start. What fails is told, and tried again while this one runs: nobody is found by such a key. */
  async destroyAtStart({ random, reportFault }: Pick<Effects, 'random' | 'reportFault'>): Promise<void> {
    try {
      await this.destroyOwed(random);
    } catch (cause) {
      reportFault('privacy', cause);
    }
  }

  async #destroyOld(random: Effects['random']): Promise<void> {
    if (this.isDestructionOwed) await this.#hold(this.#needed, random);
  }

  get #needed(): readonly number[] {
    const { number, waiting } = this.#epoch;
    return waiting === null ? [number] : [number - 1, number];
  }

  async #hold(epochs: readonly number[], random: Effects['random']): Promise<void> {
    const { dir, derived } = this.#state;
    derived.useKeys(await changeAccountKeys(join(dir, KEYS), epochs, random));
  }

  get #epoch() {
    return this.#state.derived.engine.directory.accountEpoch;
  }
}
