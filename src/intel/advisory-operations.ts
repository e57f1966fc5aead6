export interface AdvisoriesArgs {
  readonly paths: readonly string[];
  readonly actor: string;
}

export interface AdvisoriesResult {
  readonly files: readonly AdvisoryFileReport[];
  /** In force now. */
  readonly advisories: number;
}

export interface AdvisoriesRemoveArgs {
  /** Ids of advisories and of documents of VEX, or whole formats. */
  readonly words: readonly string[];
  readonly actor: string;
}

export interface AdvisoriesRemoved {
  readonly advisories: number;
  readonly documents: number;
  /** The catalogue of exploited vulnerabilities, the forecast: whether they went. */
  readonly kev: boolean;
  readonly epss: boolean;
}

export interface AdvisoriesListing {
  readonly formats: readonly { readonly format: string; readonly advisories: number }[];
  /** Documents of makers' words: the first thousand by their ids, and how many there are. */
  readonly documents: readonly { readonly id: string; readonly words: number }[];
  readonly documents_total: number;
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
