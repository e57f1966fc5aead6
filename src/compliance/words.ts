import {
  type Attestation,
  type AttestationRecord,
  type ComplianceException,
  type ComplianceWithdrawalRecord,
  type ComplianceWord,
  type EntityId,
  type EpochMs,
  type ExceptionRecord,
  LIMITS,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import { controlOf } from './catalogue.ts';
import { attestationId, exceptionId } from './word-ids.ts';

type Ending = NonNullable<ComplianceWord['ended']>;

/**
 * What people said of controls, for as long as they said. One that ended stays listed for a while: that an attestation
 * ran out is itself worth knowing.
 */
export class ComplianceWords implements Stateful {
  /** Replaced whole when something changes: whoever has the same list has the same words. */
  #all: readonly ComplianceWord[] = [];
  #nextExpiry: EpochMs = Number.POSITIVE_INFINITY;

  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  /** Those in force in the order in which they were said, then those that ended, in the order in which they did. */
  get all(): readonly ComplianceWord[] {
    return this.#all;
  }

  get count(): number {
    return this.#inForce.length;
  }

  get(id: string): ComplianceWord | null {
    return this.#all.find((word) => word.id === id) ?? null;
  }

  /** Also without telemetry time has come to the word's own instant. */
  apply(record: AttestationRecord | ExceptionRecord | ComplianceWithdrawalRecord, now: EpochMs): void {
    this.expire(now);
    if (record.kind === 'attestation') this.attest(record, now);
    else if (record.kind === 'exception') this.except(record, now);
    else this.withdraw(record);
  }

  /** The latest attestation of a control takes the place of the one before. `null` for one that changes nothing. */
  attest(record: AttestationRecord, now: EpochMs): Attestation | null {
    const { framework, control, says } = record;
    const attestation: Attestation = {
      kind: 'attestation',
      id: attestationId(record),
      ...saidIn(record),
      says,
    };
    const before = this.#inForce.find(
      (word) => word.kind === 'attestation' && word.framework === framework && word.control === control,
    );
    if (!this.#isNew(attestation, now, before === undefined ? 0 : 1)) return null;
    if (before !== undefined) this.#end(before, { at: record.at, by: 'newer' });
    this.#put(attestation);
    return attestation;
  }

  except(record: ExceptionRecord, now: EpochMs): ComplianceException | null {
    const { entity } = record;
    const exception: ComplianceException = {
      kind: 'exception',
      id: exceptionId(record),
      ...saidIn(record),
      entity,
    };
    if (!this.#isNew(exception, now, 0)) return null;
    this.#put(exception);
    return exception;
  }

  withdraw({ word: id, at }: ComplianceWithdrawalRecord): void {
    const known = this.#inForce.find((word) => word.id === id);
    if (known !== undefined) this.#end(known, { at, by: 'withdrawal' });
  }

  /** What was taken on for one entity is forgotten, with its reason. */
  forget(entity: EntityId): void {
    this.#replace(this.#all.filter((word) => word.kind !== 'exception' || word.entity !== entity));
  }

  /** The engine's time has come to `now`. */
  expire(now: EpochMs): void {
    if (now < this.#nextExpiry) return;
    for (const word of this.#inForce) {
      if (word.expiresAt <= now) this.#end(word, { at: word.expiresAt, by: 'expiry' });
    }
  }

  save(to: StateWriter): void {
    to.records('words', this.#all);
  }

  load(from: StateReader): void {
    this.#replace([...from.records('words')] as ComplianceWord[]);
  }

  get #inForce(): readonly ComplianceWord[] {
    return this.#all.filter(({ ended }) => ended === null);
  }

  #isNew({ id, framework, control, expiresAt }: ComplianceWord, now: EpochMs, replaced: number): boolean {
    if (expiresAt <= now || controlOf(framework, control)?.id !== control) return false;
    return this.get(id) === null && this.count - replaced < LIMITS.complianceWords;
  }

  #put(word: ComplianceWord): void {
    const ended = this.#all.filter((each) => each.ended !== null);
    this.#replace([...this.#inForce, word, ...ended]);
  }

  #end(word: ComplianceWord, ended: Ending): void {
    const before = this.#all.filter((each) => each.ended !== null);
    const others = this.#inForce.filter((each) => each !== word);
    this.#replace([...others, ...[...before, { ...word, ended }].slice(-LIMITS.endedWords)]);
  }

  #replace(all: readonly ComplianceWord[]): void {
    this.#all = all;
    const expiries = this.#inForce.map(({ expiresAt }) => expiresAt);
    this.#nextExpiry = Math.min(Number.POSITIVE_INFINITY, ...expiries);
  }
}

/** The words as they held at an instant: history keeps them as of the records, and one can run out between two. */
export function wordsAt(words: readonly ComplianceWord[], now: EpochMs): readonly ComplianceWord[] {
  const isOver = ({ ended, expiresAt }: ComplianceWord) => ended === null && expiresAt <= now;
  if (!words.some(isOver)) return words;
  return words.map((word) =>
    isOver(word) ? { ...word, ended: { at: word.expiresAt, by: 'expiry' } } : word,
  );
}

function saidIn(record: AttestationRecord | ExceptionRecord) {
  const { framework, control, owner, actor, reason, at: since, saidAt } = record;
  // Data may lag behind whoever speaks: a year is a year of theirs.
  const expiresAt = Math.min(record.expiresAt, Math.max(since, saidAt ?? since) + LIMITS.complianceWordMs);
  const said = { framework, control, owner, actor, reason, since, expiresAt, ended: null };
  return saidAt === undefined ? said : { ...said, saidAt };
}
