import type { Threat } from '../exposure/index.ts';
import type { EntityProfile, EpochMs } from '../model/index.ts';
import type { CertificateStanding, IdentityStanding } from '../trust/index.ts';
import type { MeasuringGrounds } from './grounds.ts';
import type { MeasuredHistory } from './histories.ts';
import type { FirmwareStanding } from './weaknesses.ts';

/** What is known of an entity at the moment of measuring. */
export interface Known {
  readonly profile: EntityProfile;
  readonly history: MeasuredHistory;
  /** What advisories and lifecycles say of its firmware; `null` where there is nothing to say. */
  readonly firmware: FirmwareStanding | null;
  readonly threats: readonly Threat[];
  /** Seen in passing: weaker evidence than a proof of the key. */
  readonly certificates: readonly CertificateStanding[];
  /** The keys that it proved; `null` where it never did, nor asked for a certificate. */
  readonly identity: IdentityStanding | null;
  /** Others of its kind proved theirs. */
  readonly arePeersProven: boolean;
}

/** When its firmware is no longer mended: the operator's word before a public one; `null` where nobody tells. */
export function supportEnds({ profile, firmware }: Known): EpochMs | null {
  if (profile.supportEnds !== null) return profile.supportEnds;
  const cycle = firmware?.cycle ?? null;
  if (cycle === null) return null;
  return cycle.ends ?? (cycle.ended ? 0 : null);
}

/** All that an entity's factors are measured by, and that their evidence is spelt out from. */
export interface Scene {
  readonly known: Known;
  readonly grounds: MeasuringGrounds;
  readonly now: EpochMs;
}
