/**
 * What became of a report. `waiting`: not sent yet, or without an answer. `unanswered`: it may have come without an answer,
 * and was refused then, perhaps because it had been taken. `refused`: it was, and never left for any place that gave no
 * answer. `missed`: its round was over before it was taken.
 */
export const OUTCOMES = ['waiting', 'taken', 'unanswered', 'refused', 'missed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What is asked of fleet statistics at one site. */
export interface FleetOperations {
  fleet_status(args: Record<string, never>): Promise<FleetStatus>;
  /** The path is absolute. */
  fleet_release_import(args: { path: string; actor: string }): Promise<ReleaseImported>;
}

export interface FleetStatus {
  /** `false`: nothing is sent to anybody. */
  readonly configured: boolean;
  /** Reports are sent while `stance serve` runs. */
  readonly running: boolean;
  /** `null` where nothing is configured, or its keys cannot be read. */
  readonly site: string | null;
  readonly tenant: string | null;
  readonly key_id: string | null;
  readonly round_hours: number | null;
  readonly minimum_group: number | null;
  readonly aggregator: string | null;
  readonly next_report: string | null;
  readonly problem: string | null;
  /** What was sent, newest first. */
  readonly reports: readonly {
    readonly round: number;
    readonly to: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly devices: number;
    readonly outcome: Outcome;
    readonly at: string;
    readonly tries: number;
    /** Each place to which it left, or may have. */
    readonly destinations: readonly {
      readonly to: string;
      readonly at: string;
      readonly unanswered: number;
    }[];
    readonly problem: string | null;
  }[];
  readonly reports_total: number;
  /** What came back last. */
  readonly release: ReleaseShown | null;
}

export interface ReleaseShown {
  readonly round: number;
  readonly round_at: string;
  readonly sites: number;
  readonly devices: number;
  readonly suppressed: number;
  readonly key_id: string;
}

export interface ReleaseImported extends ReleaseShown {
  /** `false`: it was known. */
  readonly changed: boolean;
}
