import type { Directory } from '../entities/index.ts';
import type { EntityId, EpochMs, SiteId } from '../model/index.ts';
import type { Enforcement, PolicyDecider } from '../policy/index.ts';
import type { FleetDestinations, IndicatorTable, Probers, WarningLists } from '../exposure/index.ts';
import type { CertificatesSeen } from '../trust/index.ts';
import type { Askers } from './askers.ts';
import type { LearntNames } from './learnt-names.ts';
import type { Parties } from './parties.ts';
import type { Weaknesses } from './weaknesses.ts';

/** What the whole fleet shares and a record is understood by: kept by the sequencer, before the fan-out. */
export interface Surroundings {
  readonly directory: Directory;
  /** Who an address is, remembered. */
  readonly parties: Parties;
  readonly names: LearntNames;
  readonly destinations: FleetDestinations;
  /** Who received which file, by its hash. */
  readonly files: FleetDestinations;
  readonly askers: Askers;
  /** Outsiders who try machines of ours. */
  readonly probers: Probers;
  readonly certificates: CertificatesSeen;
  /** What is installed where, and what is said of it. */
  readonly weaknesses: Weaknesses;
  readonly enforcement: Enforcement;
  /** Replaced whole when a feed or the policies change. */
  readonly indicators: IndicatorTable;
  /** What feeds list by mistake. */
  readonly warnings: WarningLists;
  readonly decider: PolicyDecider;
  /** By the site's clock, 0: Monday 00:00. */
  minuteOfWeek(site: SiteId, time: EpochMs): number;
  /** Two identities turned out to be one. */
  fold(merges: readonly { readonly from: EntityId; readonly into: EntityId }[]): void;
}
