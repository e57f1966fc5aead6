import {
  type ComponentsRecord,
  dropOldest,
  type EntityId,
  type EntityProfile,
  type EpochMs,
  type FirmwareStatus,
  type InstalledComponent,
  LIMITS,
  type SoftwarePackage,
} from '../model/index.ts';
import {
  firmwareOf,
  firmwareStatus,
  installed,
  type InstalledCycle,
  type Learnt,
  type MatchedVulnerability,
  type VulnerabilityBook,
} from '../vulnerabilities/index.ts';
import { worstFirst } from './factors/weakness.ts';
import type { Component, SoftwareOf, Vulnerability } from './software.ts';

/** What is known of the firmware of a machine, apart from its version. */
export interface FirmwareStanding {
  readonly component: InstalledComponent;
  readonly cycle: InstalledCycle | null;
  status(now: EpochMs): FirmwareStatus;
}

type Software = Pick<SoftwareOf, 'vulnerabilities' | 'components'> | null;

/** The weaknesses of an entity, and how its firmware stands. */
export interface Looked {
  readonly weaknesses: readonly Vulnerability[];
  /** `null` where no version is known, or nothing that it could be held against. */
  readonly firmware: FirmwareStanding | null;
}

/** What of a machine tells its firmware. */
type Machine = Pick<EntityProfile, 'manufacturer' | 'model' | 'firmware'>;

/** What was found of an entity, and what it was found from. */
interface Found extends Looked {
  readonly revision: number;
  readonly machine: Machine;
  readonly reported: readonly Vulnerability[];
  readonly seen: readonly Component[];
}

const NONE: readonly never[] = [];

/** Alone: a profile changes while it is known. */
function machineOf({ manufacturer, model, firmware }: EntityProfile): Machine {
  return { manufacturer, model, firmware };
}
const NOTHING: Looked = { weaknesses: NONE, firmware: null };

/** The weaknesses of each entity: those that are reported of it, and those that follow from what it has installed. */
export class Weaknesses {
  readonly book: VulnerabilityBook;
  readonly #canonical: (id: EntityId) => EntityId;
  readonly #found = new Map<EntityId, Found>();
  /** What is told of a match, with how likely it is. */
  #told = new WeakMap<MatchedVulnerability, Vulnerability>();
  #revision = 0;
  /** The ids under which bills were imported, by whom they are now; made when it is asked for. */
  #installedAs: ReadonlyMap<EntityId, readonly EntityId[]> | null = null;

  constructor(book: VulnerabilityBook, canonical: (id: EntityId) => EntityId) {
    this.book = book;
    this.#canonical = canonical;
  }

  /** Advisories changed, or also how likely vulnerabilities are. */
  hear({ concernsAll }: Learnt): void {
    this.#revision++;
    if (concernsAll) this.#told = new WeakMap();
  }

  /** A bill of materials was imported. */
  install({ entity, bill, at, replaces }: ComponentsRecord): void {
    this.book.install(entity, bill, at, replaces);
    this.lookAgain();
  }

  /** What was found installed on a machine; whether something else may be said of it now. */
  report(entity: EntityId, packages: readonly SoftwarePackage[], at: EpochMs): boolean {
    const isFirst = !this.book.knowsSoftwareOf(entity);
    const mayBeWeak = this.book.report(entity, packages, at);
    if (isFirst) this.#installedAs = null;
    if (mayBeWeak) this.#found.delete(this.#canonical(entity));
    return mayBeWeak;
  }

  /** Bills or identities changed. */
  lookAgain(): void {
    this.#revision++;
    this.#installedAs = null;
  }

  of(profile: EntityProfile, software: Software): Looked {
    const reported = software?.vulnerabilities() ?? NONE;
    if (this.book.isUninformed || profile.type === 'user') {
      return reported.length === 0 ? NOTHING : { weaknesses: reported, firmware: null };
    }
    const seen = software?.components() ?? NONE;
    const before = this.#found.get(profile.id);
    if (before !== undefined && this.#isSame(before, profile, reported, seen)) return before;
    const component = this.#firmwareOf(profile);
    const matches = this.book.weaknesses({
      ids: this.#idsOf(profile.id),
      firmware: component,
      seen: this.#spokenOf(seen),
    });
    const weaknesses = matches.length + reported.length === 0 ? NONE : this.#together(reported, matches);
    const firmware = component === null ? null : this.#standingOf(component, weaknesses);
    if (before === undefined && this.#found.size >= LIMITS.rememberedProfiles) dropOldest(this.#found);
    const found = {
      revision: this.#revision,
      machine: machineOf(profile),
      reported,
      seen,
      weaknesses,
      firmware,
    };
    this.#found.set(profile.id, found);
    return found;
  }

  /** What bills of materials say that it has, in the order of their import. */
  installedOn({ id }: EntityProfile): readonly Component[] {
    return this.book
      .componentsOf(this.#idsOf(id))
      .map(({ name, version, at }) => ({ name, version, role: 'installed', lastSeen: at }));
  }

  #standingOf(component: InstalledComponent, weaknesses: readonly Vulnerability[]): FirmwareStanding {
    const cycle = this.book.cycleOf(component);
    const isMendedLater = weaknesses.some(
      ({ match }) =>
        match?.status === 'affected' && match.fixedVersion !== null && match.component === component.name,
    );
    return { component, cycle, status: (now) => firmwareStatus(component, cycle, isMendedLater, now) };
  }

  #isSame(
    found: Found,
    { manufacturer, model, firmware }: EntityProfile,
    reported: readonly Vulnerability[],
    seen: readonly Component[],
  ): boolean {
    return (
      found.revision === this.#revision &&
      found.machine.manufacturer === manufacturer &&
      found.machine.model === model &&
      found.machine.firmware === firmware &&
      found.reported === reported &&
      found.seen === seen
    );
  }

  #firmwareOf(profile: EntityProfile): InstalledComponent | null {
    return profile.type === 'device' && profile.firmware !== null ? firmwareOf(profile) : null;
  }

  /** What a sensor saw running has a name and no maker: of most names no advisory speaks. */
  #spokenOf(seen: readonly Component[]): readonly InstalledComponent[] {
    return seen
      .map(({ name, version }) =>
        installed({
          name,
          version,
          vendor: null,
          purl: null,
          cpe: null,
          bill: null,
          ref: null,
          isSubject: false,
        }),
      )
      .filter(({ keys }) => keys.some((key) => this.book.speaksOf(key)));
  }

  #idsOf(id: EntityId): readonly EntityId[] {
    this.#installedAs ??= Map.groupBy(this.book.installedOn(), this.#canonical);
    return this.#installedAs.get(id) ?? NONE;
  }

  /** A report and a match of one vulnerability are one. Where they are too many the least urgent go. */
  #together(
    reported: readonly Vulnerability[],
    matches: readonly MatchedVulnerability[],
  ): readonly Vulnerability[] {
    const all = this.#all(reported, matches);
    const most = LIMITS.weaknessesPerEntity;
    return all.length > most ? worstFirst(all).slice(0, most) : all;
  }

  #all(
    reported: readonly Vulnerability[],
    matches: readonly MatchedVulnerability[],
  ): readonly Vulnerability[] {
    if (reported.length === 0) return matches.map((each) => this.#matched(each));
    const byName = new Map(matches.map((match) => [match.name, match]));
    const known = reported.map((each) => this.#completed(each, byName.get(each.cve)));
    const isReported = new Set(reported.map(({ cve }) => cve));
    return [
      ...known,
      ...matches.filter(({ name }) => !isReported.has(name)).map((each) => this.#matched(each)),
    ];
  }

  #completed(report: Vulnerability, match: MatchedVulnerability | undefined): Vulnerability {
    const { exploited, probability } = this.book.likelihood(report.cve);
    return {
      ...report,
      cvss: report.cvss ?? match?.cvss ?? null,
      epss: report.epss ?? probability,
      exploited: report.exploited || exploited,
      fixedVersion: report.fixedVersion ?? match?.fixedVersion ?? null,
      ...(match === undefined ? {} : { match }),
    };
  }

  /** The same while match and likelihood are. */
  #matched(match: MatchedVulnerability): Vulnerability {
    const before = this.#told.get(match);
    if (before !== undefined) return before;
    const { exploited, probability } = this.book.likelihood(match.name);
    const told: Vulnerability = {
      cve: match.name,
      cvss: match.cvss,
      epss: probability,
      exploited,
      fixedVersion: match.fixedVersion,
      at: match.modified,
      sensor: null,
      uid: null,
      match,
    };
    this.#told.set(match, told);
    return told;
  }
}
