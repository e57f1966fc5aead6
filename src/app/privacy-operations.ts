import type { Progress } from './operations.ts';

/** What is asked of the privacy of a data directory. The keys are those of `POST /v1/privacy/…`. */
export interface PrivacyOperations {
  privacy_erase(args: EraseArgs, progress?: Progress): Promise<EraseResult>;
  privacy_rotate(args: RotateArgs): Promise<RotateResult>;
}

export interface EraseArgs {
  /** UPNs, or `usr_…` ids. */
  readonly users: readonly string[];
  readonly actor: string;
}

export interface EraseResult {
  /** How many people were forgotten. */
  readonly erased: number;
  /** The journal begins here now, and the state of this moment is all that is kept of before. */
  readonly journal_begins: number;
  readonly state_hash: string;
  /** What an erasure cannot reach, for the operator to see to. */
  readonly out_of_reach: readonly string[];
}

export interface RotateArgs {
  /** Ends a change of keys: the one before is destroyed, and who was not seen since is not found by a name any more. */
  readonly finish: boolean;
  readonly actor: string;
}

export interface RotateResult {
  /** Under whose key accounts are sealed now. */
  readonly epoch: number;
  /** Users that were not seen under it yet; `null`: the change is over and the key before destroyed. */
  readonly waiting: number | null;
}
