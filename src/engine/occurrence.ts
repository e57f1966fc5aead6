import type { AccountUse, Contact, Question, SignIn } from '../behavior/index.ts';
import type { ContactOutcome, Match } from '../exposure/index.ts';
import type {
  Authentication,
  DeviceId,
  EntityId,
  EpochMs,
  Evidence,
  Policy,
  Sealed,
  SoftwareSeen,
  UserId,
  VulnerabilityReport,
} from '../model/index.ts';
import type { SensorState } from './sensors.ts';

/** What an event means for one entity: all that its partition needs, with nothing left to look up. */
export type Occurrence =
  | ContactMade
  | Called
  | Asked
  | Heard
  | ListedMet
  | CertificatePresented
  | CertificateLearnt
  | SignedIn
  | MachineSignIn
  | SoftwareFound
  | SoftwareInstalled
  | VulnerabilityFound;

interface About<K extends string> {
  readonly kind: K;
  readonly entity: EntityId;
  readonly time: EpochMs;
}

/** A connection as one of its ends lived it. */
export interface ContactMade extends About<'contact'> {
  readonly contact: Contact;
  /** By whom it was heard in it: a sign of life too. */
  readonly sensor: SensorState;
  /** Whether it is learnt from: not for what an enforcement point reports beside the connection itself. */
  readonly teaches: boolean;
  /** What the policies say of it, where this entity opened it and any is in force. */
  readonly ruling: { readonly policy: Policy | null; readonly covered: boolean } | null;
}

/** A further request within a connection that goes on: its record will come when it ends. */
export interface Called extends About<'called'> {
  readonly contact: Contact;
  readonly sensor: SensorState;
}

/** A name was asked for. */
export interface Asked extends About<'asked'> {
  readonly question: Question;
}

/** A sign of life that is no connection. */
interface Heard extends About<'heard'> {
  readonly sensor: SensorState;
}

/** A listed destination or file was met. */
export interface ListedMet extends About<'listed'> {
  readonly match: Match;
  readonly outcome: ContactOutcome;
  readonly evidence: Evidence;
}

export interface CertificatePresented extends About<'presented'> {
  readonly port: number;
  readonly key: string;
}

/** The facts of a certificate became known; `entity` presents it. */
interface CertificateLearnt extends About<'certificate_learnt'> {}

export interface SignedIn extends About<'sign_in'> {
  readonly entity: UserId;
  readonly device: DeviceId | null;
  readonly event: Authentication<Sealed>;
  /** As its habits are judged by, but for the time of day. */
  readonly use: Omit<AccountUse, 'hour' | 'isWorkHour'>;
}

/** A sign-in as the machine lived it that was signed in to, or from which it came. */
export interface MachineSignIn extends About<'machine_sign_in'> {
  readonly entity: DeviceId;
  readonly signIn: SignIn;
}

interface SoftwareFound extends About<'software'> {
  readonly event: SoftwareSeen<Sealed>;
}

/** Something of which advisories speak was installed, or went. */
interface SoftwareInstalled extends About<'installed'> {}

interface VulnerabilityFound extends About<'vulnerability'> {
  readonly event: VulnerabilityReport<Sealed>;
}
