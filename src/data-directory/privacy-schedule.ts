import type { RetentionConfig } from '../config/index.ts';
import type { Effects } from '../effects/index.ts';
import { DAY_MS, HOUR_MS } from '../model/index.ts';
import type { FleetState } from './fleet-state.ts';
import type { SnapshotKeeper } from './snapshot-keeper.ts';

const LOOK_EVERY_MS = HOUR_MS;
/** People forgotten at a time: one record, and one walk over the history from the first of them on. */
const FORGOTTEN_AT_ONCE = 100;
const ACTOR = 'retention';

/** Does in time what retention says of people and of the keys of their accounts. By the time of the data, as everything. */
export class PrivacySchedule {
  readonly #state: FleetState;
  readonly #retention: RetentionConfig;
  readonly #effects: Effects;
  readonly #keeper: Pick<SnapshotKeeper, 'alone'>;
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | null = null;

  constructor(
    state: FleetState,
    retention: RetentionConfig,
    effects: Effects,
    keeper: Pick<SnapshotKeeper, 'alone'>,
  ) {
    this.#state = state;
    this.#retention = retention;
    this.#effects = effects;
    this.#keeper = keeper;
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Does what is due; resolves when it is done. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** What fails does not keep the others from being done. */
  async #look(): Promise<void> {
    const steps = [
      () => this.#finishErasure(),
      () => this.#state.accountKeys.destroyOwed(this.#effects.random),
      () => this.#changeKeys(),
      () => this.#forget(),
    ];
    for (const step of steps) {
      try {
        await step();
      } catch (cause) {
        this.#effects.reportFault('privacy', cause);
      }
    }
  }

  async #finishErasure(): Promise<void> {
    if (this.#state.forgetting.unfinished.length === 0) return;
    await this.#keeper.alone(() => this.#state.forgetting.finish(() => undefined));
  }

  async #changeKeys(): Promise<void> {
    const { now: at, directory } = this.#state.engine;
    const { keyDays, keyOverlapDays } = this.#retention;
    const { since, waiting } = directory.accountEpoch;
    if (waiting === null && keyDays === null) return;
    const age = at - (since ?? directory.usersSince ?? at);
    const { random } = this.#effects;
    if (waiting !== null && (waiting === 0 || age >= keyOverlapDays * DAY_MS))
      return this.#state.accountKeys.endRotation({ kind: 'account_epoch_end', at, actor: ACTOR }, random);
    if (keyDays !== null && waiting === null && age >= keyDays * DAY_MS)
      await this.#state.accountKeys.rotate({ kind: 'account_epoch', at, actor: ACTOR }, random);
  }

  /** Whom data and clock together say that nobody saw for so long: one of the two may be wrong. */
  async #forget(): Promise<void> {
    const { now: at, directory } = this.#state.engine;
    const seen = Math.min(at, this.#state.clock.now());
    const unseen = directory.usersUnseenSince(seen - this.#retention.userDays * DAY_MS);
    const users = Iterator.from(unseen).take(FORGOTTEN_AT_ONCE).toArray();
    if (users.length > 0) await this.#state.forgetting.expire({ kind: 'erasure', at, users, actor: ACTOR });
  }
}
