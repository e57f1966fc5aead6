import type { LocalHour, PeerGroups, SiteClock } from '../behavior/index.ts';
import type { Directory } from '../entities/index.ts';
import type { Sightings } from '../exposure/index.ts';
import type { EpochMs, SiteId } from '../model/index.ts';
import type { Coverage, PolicyDecider, Violations } from '../policy/index.ts';
import type { ScoringProfile } from '../scoring/index.ts';
import type { CertificatesSeen, Identities } from '../trust/index.ts';
import type { Anomalies } from './anomalies.ts';
import type { Changes } from './changes.ts';
import type { HeldBack } from './held-back.ts';
import type { Maintenance } from './maintenance.ts';
import type { Sensors } from './sensors.ts';
import type { Calibration } from './calibration.ts';
import type { Suppressions } from './suppressions.ts';
import type { DetectionTap } from './tap.ts';
import type { Weaknesses } from './weaknesses.ts';

/** What is assessed at all: a source kind that is not connected gives its dimension one gap. */
export interface Connected {
  readonly feeds: boolean;
  readonly policies: boolean;
  readonly inventory: boolean;
}

/** What all partitions look at; what one of them counts there is the same in whichever order they do. */
export interface Shared {
  readonly directory: Directory;
  readonly certificates: CertificatesSeen;
  readonly identities: Identities;
  readonly sensors: Sensors;
  /** What is normal for each kind of device. */
  readonly peers: PeerGroups;
  readonly decider: PolicyDecider;
  readonly connected: Connected;
  /** Otherwise the discovered are the fleet; as it was when the last moment was over. */
  readonly isAnyEnrolled: boolean;
  readonly scoring: ScoringProfile;
  readonly changes: Changes;
  readonly weaknesses: Weaknesses;
  readonly suppressions: Suppressions;
  readonly calibration: Calibration;
  readonly maintenance: Maintenance;
  /** What these two held back. */
  readonly heldBack: HeldBack;
  /** Who measures detection; `null` for nobody. */
  readonly tap: DetectionTap | null;
  /** The engine's time. */
  readonly now: EpochMs;
  /** As far as the records alone have moved time; `null` before they have. */
  readonly time: { readonly now: EpochMs | null };
  clockOf(site: SiteId): SiteClock;
  localHourOf(site: SiteId): LocalHour;
}

/** What measuring and judging look at: the grounds as they are, or others in their place, to ask what would be. */
export interface MeasuringGrounds {
  readonly anomalies: Pick<Anomalies, 'of' | 'open' | 'nextQuietClose'>;
  readonly violations: Pick<Violations, 'countFor' | 'of'>;
  readonly coverage: Pick<Coverage, 'shareOf'>;
  readonly decider: PolicyDecider;
  readonly connected: Connected;
  readonly scoring: ScoringProfile;
  clockOf(site: SiteId): SiteClock;
}

interface Found {
  readonly anomalies: Anomalies;
  readonly sightings: Sightings;
  readonly violations: Violations;
  readonly coverage: Coverage;
}

/** All that an entity's posture follows from, apart from its own history: as it is at the moment of asking. */
export class Grounds implements Found, MeasuringGrounds {
  readonly anomalies: Anomalies;
  readonly sightings: Sightings;
  readonly violations: Violations;
  readonly coverage: Coverage;
  readonly directory: Directory;
  readonly certificates: CertificatesSeen;
  readonly identities: Identities;
  readonly sensors: Sensors;
  readonly #shared: Shared;

  constructor({ anomalies, sightings, violations, coverage }: Found, shared: Shared) {
    this.anomalies = anomalies;
    this.sightings = sightings;
    this.violations = violations;
    this.coverage = coverage;
    this.directory = shared.directory;
    this.certificates = shared.certificates;
    this.identities = shared.identities;
    this.sensors = shared.sensors;
    this.#shared = shared;
  }

  get decider(): PolicyDecider {
    return this.#shared.decider;
  }

  get connected(): Connected {
    return this.#shared.connected;
  }

  clockOf(site: SiteId): SiteClock {
    return this.#shared.clockOf(site);
  }

  get scoring(): ScoringProfile {
    return this.#shared.scoring;
  }
}
