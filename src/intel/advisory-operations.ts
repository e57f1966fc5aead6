export interface AdvisoriesArgs {
  readonly paths: readonly string[];
  readonly actor: string;
}

export interface AdvisoriesResult {
  readonly files: readonly AdvisoryFileReport[];
  /** In force now. */
  readonly advisories: number;
}

export interface AdvisoryFileReport {
  readonly path: string;
  /** `null` where it was refused whole. */
  readonly format: string | null;
  /** Documents, rows or entries in it. */
  readonly records: number;
  readonly advisories: number;
  /** Makers' own words (VEX). */
  readonly statements: number;
  /** Of all that, what was not known yet. */
  readonly news: number;
  readonly refused: number;
  readonly refusals: readonly string[];
  /** How many advisories, by the reason, speak also of what cannot be compared with anything. */
  readonly uncompared: Readonly<Record<string, number>>;
  /** Why it was refused whole. */
  readonly message: string | null;
  readonly seconds: number;
}
