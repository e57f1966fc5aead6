import type { Threat } from '../exposure/index.ts';
import type { EntityProfile, EpochMs } from '../model/index.ts';
import type { CertificateStanding } from '../trust/index.ts';
import type { MeasuringGrounds } from './grounds.ts';
import type { MeasuredHistory } from './histories.ts';

/** What is known of an entity at the moment of measuring. */
export interface Known {
  readonly profile: EntityProfile;
  readonly history: MeasuredHistory;
  readonly threats: readonly Threat[];
  readonly certificates: readonly CertificateStanding[];
}

/** All that an entity's factors are measured by, and that their evidence is spelt out from. */
export interface Scene {
  readonly known: Known;
  readonly grounds: MeasuringGrounds;
  readonly now: EpochMs;
}
