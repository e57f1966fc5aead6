import type { AuthenticationService, Authentication, EpochMs, Provenance } from '../../model/index.ts';

/** One sign-in as a machine at one of its ends lived it, or as the account itself did. */
export interface SignIn {
  readonly time: EpochMs;
  /** Of a machine: whether it was signed in to, or from. An account always signs in from somewhere. */
  readonly direction: 'inbound' | 'outbound';
  /** The other end (of an account: where it came from): a device of the fleet (`dev_…`) or an address; `null` where not said. */
  readonly peer: string | null;
  /** How a person reads the other end. */
  readonly display: string | null;
  /** The other end is one of ours. */
  readonly internal: boolean;
  /** The machine from which it came is there to try doors: a scanner, or monitoring. */
  readonly isProbe: boolean;
  readonly service: AuthenticationService;
  /** A keyed fingerprint, or another opaque id. */
  readonly account: string | null;
  readonly outcome: Authentication<never>['outcome'];
  /** As the sensor claims; see {@link MOST_ATTEMPTS}. */
  readonly attempts: number | null;
  readonly mfa: boolean | null;
  readonly provenance: Provenance;
}

/** What one record may claim; a sensor's own word is not believed without bound. */
export const MOST_ATTEMPTS = 1_000;
