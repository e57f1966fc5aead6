import type { Progress } from '../../effects/index.ts';

/** What is asked of the privacy of a data directory. The keys are those of `POST /v1/privacy/…`. */
export interface PrivacyOperations {
  privacy_erase(args: EraseArgs, progress?: Progress): Promise<EraseResult>;
  privacy_rotate(args: RotateArgs): Promise<RotateResult>;
  privacy_report(args: Record<string, never>): Promise<PrivacyReport>;
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

/** What is held, as what, where and for how long, and what left the machine. Made from the lists that the code goes by. */
export interface PrivacyReport {
  /** Of events: every field that the journal may hold. */
  readonly fields: readonly {
    readonly event: string;
    readonly field: string;
    readonly held_as: string;
    readonly about: string;
    readonly sources: readonly string[];
  }[];
  /** Of everything else that is said: whose words each record holds, and what in it is free text. */
  readonly records: readonly {
    readonly record: string;
    readonly whose: string;
    readonly free_text: string;
  }[];
  readonly stores: readonly {
    readonly data_class: string;
    readonly where: string;
    readonly holds: string;
    readonly kept: string;
    readonly enforced_by: string;
  }[];
  readonly users: {
    /** Pseudonymous: who has the keys and a name finds the person. */
    readonly known: number;
    readonly account_key_epoch: number;
    /** Not seen since the last change of keys; `null`: no change is under way. */
    readonly waiting_for_key: number | null;
    readonly erasures: readonly { readonly at: string; readonly actor: string; readonly users: number }[];
  };
  /** To whom something was sent, or from whom it was fetched. */
  readonly left_the_machine: {
    readonly findings: readonly {
      readonly to: string;
      readonly type: string;
      readonly what: string;
      readonly last_sent_at: string | null;
    }[];
    readonly fetched: readonly {
      readonly feed: string;
      readonly kind: string;
      readonly what: string;
      readonly last: string | null;
    }[];
    /** Reports to the aggregator of a fleet; none where none is configured. */
    readonly site_reports: readonly {
      readonly round: string;
      readonly to: string;
      readonly what: string;
      readonly at: string;
    }[];
  };
}
