import type { Fingerprint } from './event.ts';
import type { UserId } from './ids.ts';
import type { Actor } from './operator-word.ts';
import type { EpochMs } from './time.ts';

/**
 * People are forgotten (docs/adr/0024): whoever signs in under the same name from now on is somebody new. It is said
 * without a name and without a reason, because both could say who it was.
 */
export interface ErasureRecord {
  readonly kind: 'erasure';
  readonly at: EpochMs;
  readonly users: readonly UserId[];
  readonly actor: Actor;
}

/** From here on accounts are sealed under the key of another epoch; who was known before is found by both for a while. */
export interface AccountEpochRecord {
  readonly kind: 'account_epoch';
  readonly at: EpochMs;
  readonly epoch: number;
  readonly actor: Actor;
}

/** Accounts that are seen for the first time under the new key, and what they were known by under the one before. */
export interface AccountsRekeyedRecord {
  readonly kind: 'accounts_rekeyed';
  readonly pairs: readonly (readonly [before: Fingerprint, after: Fingerprint])[];
}

/** Nobody is found by the key before any more, and it is destroyed: who was not seen since stays a user without a name. */
export interface AccountEpochEndRecord {
  readonly kind: 'account_epoch_end';
  readonly at: EpochMs;
  readonly epoch: number;
  readonly actor: Actor;
}
