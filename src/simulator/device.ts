import type { DeviceId, Role, WorkloadId } from '../model/index.ts';
import type { Micros } from './calendar.ts';
import type { Model } from './models.ts';

export type DeviceClass =
  | 'camera'
  | 'sensor'
  | 'badge_reader'
  | 'workstation'
  | 'printer'
  | 'server'
  | 'network';

export interface Workload {
  readonly id: WorkloadId;
  readonly kind: 'server' | 'container' | 'vm' | 'service';
  readonly image: string;
  readonly instances: number;
}

/** One machine of the organisation. */
export interface Device {
  readonly id: DeviceId;
  readonly name: string;
  readonly class: DeviceClass;
  /** The operator's word for it in the inventory. */
  readonly kind: string;
  readonly model: Model;
  readonly firmware: string;
  readonly mac: string;
  readonly hostName: string;
  /** Where it is now; a workstation's changes with its lease. */
  address: string;
  readonly owner: string;
  readonly criticality: 'low' | 'normal' | 'high' | 'vital';
  readonly roles: readonly Role[];
  readonly tags: readonly string[];
  readonly workloads: readonly Workload[];
  /** `YYYY-MM-DD`, or `null` where the maker does not say. */
  readonly supportEnds: string | null;
}

export interface Workstation extends Device {
  readonly user: Person;
}

export interface Person {
  /** `sarah.k` */
  readonly account: string;
  /** Signs in to servers. */
  readonly administrator: boolean;
}

/** What a server is for. */
export type Job =
  | 'domain'
  | 'video'
  | 'files'
  | 'monitoring'
  | 'intranet'
  | 'backup'
  | 'mail'
  | 'access'
  | 'building'
  | 'database'
  | 'print'
  | 'git'
  | 'updates'
  | 'app';

export interface Server extends Device {
  readonly job: Job;
  readonly certificate: ServerCertificate;
}

export interface ServerCertificate {
  /** SHA-256, hex. */
  readonly fingerprint: string;
  readonly serial: string;
  readonly name: string;
  readonly notBefore: Micros;
  readonly notAfter: Micros;
}
