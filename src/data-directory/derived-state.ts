import { Engine } from '../engine/index.ts';
import {
  type AccountsRekeyedRecord,
  atOnce,
  eventCount,
  type Fingerprint,
  type Fleet,
  type JournalRecord,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import {
  createNameGate,
  createSealer,
  FIRST_EPOCH,
  type NameGate,
  type Sealer,
  type SealingKeys,
} from '../privacy/index.ts';
import { OperationError } from '../refusals/index.ts';
import { engineKeys } from './engine-keys.ts';

/** Engines are split so many ways; the result does not depend on it. */
const PARTITIONS = 1;
/** Each costs a microsecond or two. */
const NAMES_PER_STEP = 256;
/** What `ConfigurationRecord.keyCheck` is the fingerprint of. */
const KEY_CHECK = 'stance key check';

/**
 * How the derived state is written down; a release that adds to it reads what is missing as its beginning. Version 2 keeps
 * in columns what version 1 said in records and texts (docs/adr/0011); version 4 keeps rows side by side, less of what says
 * nothing, and habits; version 5 adds the habits of bytes by the hour, of how many inside, and of places. A state that is
 * read from another form has another hash than one that is replayed from the journal.
 */
export const STATE_VERSION = 5;

/** Of the journal's records, what is needed beside the engine. */
interface Taken {
  readonly events: number;
  readonly hasNews: boolean;
  readonly fleet: Fleet | null;
}

/** All that follows from the journal's records and the keys, and nothing else: what a snapshot holds. */
export class DerivedState implements Stateful {
  readonly engine: Engine;
  readonly gate: NameGate = createNameGate();
  #keys: SealingKeys;
  #sealer: Sealer;
  #taken: Taken = { events: 0, hasNews: false, fleet: null };
  #relisted = 0;

  constructor(keys: SealingKeys) {
    this.#keys = keys;
    this.#sealer = this.#sealerFor({}, FIRST_EPOCH);
    this.engine = new Engine(
      engineKeys(() => this.#sealer),
      PARTITIONS,
    );
  }

  /** Events taken in, ever. */
  get events(): number {
    return this.#taken.events;
  }

  /**
   * Listings of which a table was built, since this state began: any change of a feed builds it of all of them, and so does
   * a replay.
   */
  get relisted(): number {
    return this.#relisted;
  }

  /** Events came since the last end of a history. */
  get hasNews(): boolean {
    return this.#taken.hasNews;
  }

  /** The configuration as last journaled. */
  get fleet(): Fleet | null {
    return this.#taken.fleet;
  }

  get sealer(): Sealer {
    return this.#sealer;
  }

  get accountEpochs(): readonly number[] {
    return this.#keys.accountEpochs;
  }

  /** Tells keys apart without revealing them. */
  get keyCheck(): string {
    return this.#sealer.recordFingerprint(KEY_CHECK);
  }

  /** Takes in a record whose events were sealed here just now. */
  apply(record: JournalRecord): void {
    atOnce(this.applying(record));
  }

  /** The same in small steps; between them the engine stands behind an event (`Engine.applying`). */
  *applying(record: JournalRecord): Generator<void, void> {
    if (record.kind === 'configuration') {
      if (record.keyCheck !== undefined) this.#refuseOtherKeys(record.keyCheck);
      this.#configure(record.fleet);
    }
    if (record.kind === 'events') {
      this.#taken = { ...this.#taken, events: this.events + eventCount(record), hasNews: true };
    }
    if (record.kind === 'history_end') this.#taken = { ...this.#taken, hasNews: false };
    yield* this.engine.applying(record);
    if (record.kind === 'feed' || record.kind === 'feed_removed')
      this.#relisted += this.engine.activeFeeds.listed;
    // What the sealer remembers of names goes with whom it names, and with the key under which it sealed them.
    if (record.kind === 'erasure' || record.kind === 'account_epoch') this.#sealAnew();
  }

  /** Others of the same directory: an epoch's was made, or destroyed. */
  useKeys(keys: SealingKeys): void {
    this.#keys = keys;
    this.#sealAnew();
  }

  /** Accounts that are known under the key before, and are sealed under the present one for the first time. */
  rekeyed(accounts: Iterable<string>): AccountsRekeyedRecord['pairs'] {
    const { directory } = this.engine;
    if ((directory.accountEpoch.waiting ?? 0) === 0) return [];
    const pairs = new Map<Fingerprint, Fingerprint>();
    for (const account of accounts) {
      const after = this.#sealer.accountFingerprint(account)?.fingerprint ?? null;
      if (after === null || directory.isCurrentAccount(after)) continue;
      const before = this.#sealer.accountFingerprintBefore(account);
      if (before !== null && directory.userByFingerprint(before) !== null) pairs.set(before, after);
    }
    return [...pairs];
  }

  /** One of which nothing is known, under the same keys. */
  blank(): DerivedState {
    return new DerivedState(this.#keys);
  }

  /** Takes in a record that is read from the journal. */
  replay(record: JournalRecord): void {
    atOnce(this.replaying(record));
  }

  /** The same in small steps. */
  *replaying(record: JournalRecord): Generator<void, void> {
    if (record.kind === 'events')
      for (const [index, event] of record.events.entries()) {
        this.gate.replay(event);
        if (index % NAMES_PER_STEP === 0) yield;
      }
    if (record.kind === 'feed' || record.kind === 'feed_removed') yield* this.engine.preparing(record);
    yield* this.applying(record);
  }

  /** A record that is set aside. */
  passOver(record: JournalRecord): void {
    this.engine.passOver(record);
  }

  save(to: StateWriter): void {
    to.plain('key_check', this.keyCheck);
    to.plain('taken', this.#taken);
    this.gate.save(to.part('name_gate'));
    this.engine.save(to.part('engine'));
  }

  load(from: StateReader): void {
    this.#refuseOtherKeys(from.plain('key_check'));
    this.#taken = from.plain('taken') as Taken;
    if (this.fleet !== null) this.#configure(this.fleet);
    this.gate.load(from.part('name_gate'));
    this.engine.load(from.part('engine'));
    this.#sealAnew();
  }

  #configure(fleet: Fleet): void {
    this.#taken = { ...this.#taken, fleet };
    this.#sealAnew();
  }

  #sealAnew(): void {
    const { number } = this.engine.directory.accountEpoch;
    this.#sealer = this.#sealerFor(this.fleet?.domains ?? {}, number);
  }

  #sealerFor(domains: Fleet['domains'], accountEpoch: number): Sealer {
    return createSealer({ keys: this.#keys, gate: this.gate, domains, accountEpoch });
  }

  /** @throws OperationError `keys_changed` where accounts are sealed under a key that is not held */
  refuseMissingEpoch(): void {
    const { number } = this.engine.directory.accountEpoch;
    if (this.#keys.accountEpochs.includes(number)) return;
    throw new OperationError(
      'keys_changed',
      `The keys in keys/ lack that of epoch ${number}, under which this journal seals accounts: restore the keys that belong to it from a backup.`,
    );
  }

  /** Other keys would make every identity a new one, beside the old. */
  #refuseOtherKeys(keyCheck: unknown): void {
    if (keyCheck === this.keyCheck) return;
    throw new OperationError(
      'keys_changed',
      'The keys in keys/ are not those that sealed this journal: restore the right keys from a backup.',
    );
  }
}
