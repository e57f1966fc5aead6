import type { Address } from './event.ts';
import type { DeviceId, EntityId, SiteId, UserId, WorkloadId } from './ids.ts';
import type { EpochMs } from './time.ts';
import type { Criticality, Role } from './vocabulary.ts';

/** One entry of the operator's inventory (YAML, JSON or CSV). An entry enrols. */
export interface InventoryEntry {
  readonly id: DeviceId | WorkloadId;
  readonly site: SiteId;
  /** `ip_camera`, `workstation`, `server`, `badge_reader`, …: the operator's word, a bounded identifier. */
  readonly kind: string;
  readonly name: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly addresses: readonly Address[];
  /** Fingerprints of its MACs and host names: the clear text never enters the journal. */
  readonly macs: readonly string[];
  readonly hostNames: readonly string[];
  /** SHA-256 or SHA-1 fingerprints of its certificates, lower-case hex; absent in journals older than them. */
  readonly certificates?: readonly string[];
  /** The SPIFFE ID under which the machine proves itself. */
  readonly spiffeId?: string;
  /** Fingerprint of the serial number that its maker gave it, by which its IDevID is recognised. */
  readonly serial?: string;
  /** The team that owns it; never a person. */
  readonly owner: string | null;
  readonly criticality: Criticality;
  readonly roles: readonly Role[];
  readonly tags: readonly string[];
  /** When the maker stops mending it. */
  readonly supportEnds: EpochMs | null;
  readonly workloads: readonly InventoryWorkload[];
}

export interface InventoryWorkload {
  readonly id: WorkloadId;
  readonly kind: 'server' | 'container' | 'vm' | 'function' | 'service';
  /** Container image or operating system. */
  readonly image: string | null;
  readonly instances: number;
  readonly spiffeId?: string;
}

/** How sure we are that an address was an entity's; the strongest wins (docs/adr: order of trust). */
export const IDENTITY_EVIDENCE = [
  'address',
  'host_name',
  'inventory',
  'mac',
  'lease',
  'certificate',
] as const;
export type IdentityEvidence = (typeof IDENTITY_EVIDENCE)[number];

export type Enrolment =
  | { readonly state: 'discovered' }
  | {
      readonly state: 'enrolled';
      readonly at: EpochMs;
      readonly by: 'inventory' | 'operator' | 'certificate';
    };

/** What is known of an entity apart from how it behaves. */
export interface EntityProfile {
  readonly id: EntityId;
  readonly type: 'device' | 'user' | 'workload';
  readonly site: SiteId;
  readonly kind: string | null;
  readonly name: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
  readonly owner: string | null;
  readonly criticality: Criticality;
  readonly roles: readonly Role[];
  readonly tags: readonly string[];
  readonly supportEnds: EpochMs | null;
  readonly enrolment: Enrolment;
  readonly firstSeen: EpochMs | null;
  readonly lastSeen: EpochMs | null;
  /** A server's two ids: the other one. */
  readonly alias: EntityId | null;
  /** Workloads that run on this device, or the device under this workload. */
  readonly workloads: readonly InventoryWorkload[];
  readonly host: DeviceId | null;
  /** Stands for many machines: declared (roles, site configuration) or suspected from what was seen. */
  readonly shared: 'no' | 'declared' | 'suspected';
}

export type { DeviceId, UserId, WorkloadId };
