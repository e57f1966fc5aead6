import type { EpochMs } from './time.ts';

/** How versions of a kind of product are put in order; `unknown` for none that can be trusted. */
export const VERSION_ORDERS = [
  'semver',
  'npm',
  'go',
  'dpkg',
  'rpm',
  'pep440',
  'maven',
  'apk',
  'gem',
  'cran',
  'pvp',
  'bitnami',
  'github_actions',
  'composer',
  'nuget',
  'pub',
  'julia',
  'cisco_ios',
  'cisco_asa',
  'junos',
  'firmware',
  'dotted',
  'unknown',
] as const;
export type VersionOrderName = (typeof VERSION_ORDERS)[number];

/** Versions from `from` on (or only after `after`), before `before`, up to and with `upTo`; `null` for no bound there. */
export interface VersionInterval {
  readonly from: string | null;
  readonly after?: string;
  readonly before: string | null;
  readonly upTo: string | null;
}

/**
 * How an advisory names a product: by package URL, by the maker's own words for vendor and product, by a reference
 * into a bill of materials, or by a CPE, which is weak: it is another's guess at a name.
 */
export type ProductNaming = 'purl' | 'product' | 'bom' | 'cpe';

/** The versions of one product that a statement is about. What is left out is empty, or not so. */
export interface ProductVersions {
  /** What the product is looked up by, e.g. `npm/left-pad`, `deb/debian/curl`, `product/fortios`. */
  readonly key: string;
  readonly naming: ProductNaming;
  readonly order: VersionOrderName;
  readonly vendor?: string;
  /** The release of a distribution that it is about, e.g. `12` of Debian. */
  readonly release?: string;
  /** The module of a distribution and its stream, e.g. `nodejs:10`, where it is told. */
  readonly module?: string;
  /** RPM, where it is told: one package by itself, or the source and so all that is built from it; both may have one name. */
  readonly packaging?: 'binary' | 'source';
  readonly intervals?: readonly VersionInterval[];
  /** Versions named one by one; they count before any interval. */
  readonly versions?: readonly string[];
  /** They count before all that is affected: a record's first word on a version is the one that holds. */
  readonly excepted?: readonly VersionInterval[];
  readonly unaffected?: readonly VersionInterval[];
  /** Whoever wrote it does not know; it counts after what is affected. */
  readonly unknown?: readonly VersionInterval[];
  /** What holds of a version that nothing above speaks of; `unaffected` where left out. */
  readonly otherwise?: 'affected' | 'unknown';
  /** Base score of the vulnerability in this product, where the advisory tells them apart. */
  readonly cvss?: number;
  /**
   * Products it is only vulnerable upon (a CPE's `vulnerable: false` rows): they are context, never a match. Records of older releases
   * also have here, without its version, what a component is part of.
   */
  readonly context?: readonly string[];
  /** What is said of a component within a product holds in one of these, in the versions that are meant of it. */
  readonly within?: readonly ProductVersions[];
}

export const ADVISORY_SOURCES = ['osv', 'cve', 'csaf', 'nvd', 'cyclonedx', 'openvex'] as const;
export type AdvisorySource = (typeof ADVISORY_SOURCES)[number];

/** One advisory as its publisher wrote it, without its text. */
export interface Advisory {
  readonly source: AdvisorySource;
  readonly id: string;
  readonly aliases: readonly string[];
  readonly modified: EpochMs | null;
  /** How often its document was revised, where that is told: a later revision may be of the same date. */
  readonly revision?: number;
  readonly withdrawn: boolean;
  /** Base score, 0 to 10; `null` where the advisory does not say. */
  readonly cvss: number | null;
  readonly products: readonly ProductVersions[];
}

export const VEX_STATUSES = ['affected', 'not_affected', 'fixed', 'under_investigation'] as const;
export type VexStatus = (typeof VEX_STATUSES)[number];

/** What a maker says of a vulnerability in a product of its own (VEX). */
export interface VexStatement {
  /** The format of its document; absent in records of before it was kept. */
  readonly source?: AdvisorySource;
  readonly document: string;
  /** The vulnerability and its other names. */
  readonly vulnerabilities: readonly string[];
  readonly status: VexStatus;
  /** One of the closed words of CSAF, OpenVEX or CycloneDX. */
  readonly justification: string | null;
  readonly at: EpochMs | null;
  /** See `Advisory.revision`. */
  readonly revision?: number;
  readonly cvss: number | null;
  readonly products: readonly ProductVersions[];
}

/** A vulnerability that is exploited in the wild (CISA KEV). */
export interface ExploitedVulnerability {
  readonly cve: string;
  readonly added: EpochMs;
  readonly ransomware: boolean;
}

export interface ExploitedCatalogue {
  readonly version: string;
  readonly released: EpochMs;
  readonly entries: readonly ExploitedVulnerability[];
}

/** EPSS of one day: probabilities of exploitation within 30 days, column by column. */
export interface ExploitForecast {
  readonly modelVersion: string;
  readonly scored: EpochMs;
  readonly cves: readonly string[];
  readonly probabilities: readonly number[];
}

/** One release cycle of a product, e.g. FortiOS 7.2. */
export interface ReleaseCycle {
  readonly cycle: string;
  /** When it is no longer mended; `null` where no end is known, which is not for ever. */
  readonly ends: EpochMs | null;
  /** Past its end, at an instant that is not told. */
  readonly ended: boolean;
  readonly latest: string | null;
}

/** How long the versions of a product are mended (endoflife.date). */
export interface ProductLifecycle {
  readonly product: string;
  /** What the product is looked up by: see `ProductVersions.key`. */
  readonly keys: readonly string[];
  readonly cycles: readonly ReleaseCycle[];
}

/** All that one file tells of vulnerabilities. */
export interface VulnerabilityKnowledge {
  readonly advisories: readonly Advisory[];
  readonly statements: readonly VexStatement[];
  readonly exploited: ExploitedCatalogue | null;
  readonly forecast: ExploitForecast | null;
  readonly lifecycles: readonly ProductLifecycle[];
}

/** What is installed on something, as a bill of materials says. */
export interface InstalledComponent {
  readonly name: string;
  readonly version: string | null;
  readonly vendor?: string;
  /** What it may be looked up by: see `ProductVersions.key`. */
  readonly keys: readonly string[];
  readonly order: VersionOrderName;
  /** The source package that it was built from, where that has a version of its own; its key is among `keys`. */
  readonly source?: { readonly key: string; readonly version: string };
  readonly release?: string;
  /** See `ProductVersions.module`. */
  readonly module?: string;
  /** The product that the bill is of, not one of its parts. */
  readonly isSubject?: true;
  /** When a software inventory said so; bills of materials are of one moment. */
  readonly asOf?: EpochMs;
}

export interface BillOfMaterials {
  /** Serial number or name space of the document. */
  readonly id: string;
  readonly format: 'cyclonedx' | 'spdx' | 'ocsf';
  /** CycloneDX: each time that the bill of one serial number is made again it is one more. */
  readonly version?: number;
  readonly created: EpochMs | null;
  readonly components: readonly InstalledComponent[];
}
