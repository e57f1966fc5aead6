import type { EntityId, MaintenanceId, SiteId, SuppressionId } from './ids.ts';
import type { EpochMs } from './time.ts';
import type { AnomalyStatus, AnomalyType, Verdict } from './vocabulary.ts';

/** Who caused a record: the name of a token or of a command, never of a person. */
export type Actor = string;

/** What an operator said of one anomaly, as it is kept with it. */
export type AnomalyWord = {
  readonly at: EpochMs;
  /** The clock on the wall, where `at` is the data's; absent in what older releases kept. */
  readonly saidAt?: EpochMs;
  readonly actor: Actor;
  readonly reason: string | null;
} & (
  | {
      readonly said: 'verdict' | 'suppress' | 'baseline_accept';
      readonly status: AnomalyStatus;
      readonly verdict: Verdict | null;
      readonly remediated: boolean;
    }
  | { readonly said: 'assign'; readonly to: string | null }
);

/**
 * What a suppression is about; all that is given must hold. An entity, a tag or a destination is given: of a type
 * alone the whole fleet would be blind.
 */
export interface SuppressionScope {
  readonly entity: EntityId | null;
  /** A tag of the operator's inventory. */
  readonly tag: string | null;
  readonly type: AnomalyType | null;
  /** An address, a network or a domain: the subject of all of a detection's evidence lies in it. */
  readonly destination: string | null;
  readonly port: number | null;
}

export interface Suppression {
  readonly id: SuppressionId;
  readonly scope: SuppressionScope;
  readonly reason: string;
  readonly owner: string;
  readonly actor: Actor;
  readonly since: EpochMs;
  /** As of a word about one anomaly. */
  readonly saidAt?: EpochMs;
  readonly expiresAt: EpochMs;
  /** Detections that it held back. */
  readonly matches: number;
  readonly lastMatch: EpochMs | null;
  /** When it stopped, and by what; `null` while it is in force. */
  readonly ended: {
    readonly at: EpochMs;
    readonly by: 'expiry' | 'removal';
    /** Of a removal. */
    readonly saidAt?: EpochMs;
  } | null;
}

/** Exactly one is given. */
export interface MaintenanceScope {
  readonly site: SiteId | null;
  readonly tag: string | null;
  readonly entity: EntityId | null;
}

export interface MaintenanceWindow {
  readonly id: MaintenanceId;
  readonly scope: MaintenanceScope;
  readonly from: EpochMs;
  /** The first instant after it. */
  readonly to: EpochMs;
  readonly reason: string;
  readonly actor: Actor;
  /** As of a word about one anomaly. */
  readonly saidAt?: EpochMs;
  /** Detections of a state that did not open within it. */
  readonly held: number;
}

/** One that a word took back. It holds nothing back any more, and stays listed for a while. */
export interface RemovedWindow extends MaintenanceWindow {
  readonly removed: Pick<AnomalyWord, 'at' | 'saidAt' | 'actor' | 'reason'>;
}

/** An operator's own short name for somebody who works on things: not a mail address, nothing that a wire said. */
export const OPERATOR_NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
