import type { EpochMs, Outcome, Provenance, Protocol, Role } from '../model/index.ts';

/** One connection as one of its two ends lived it: what behaviour is learnt from. */
export interface Contact {
  readonly time: EpochMs;
  /** Whether this entity opened it, or answered. */
  readonly direction: 'outbound' | 'inbound';
  /** The other end: a device of the fleet (`dev_…`), a registrable domain or an address. */
  readonly peer: string;
  /** How a person reads the other end: its address where it is internal. */
  readonly display: string;
  /** The other end is a device of the fleet, or an address of its own networks where nobody has answered yet. */
  readonly internal: boolean;
  /** What the other end is there for, where it is a device of the fleet and somebody said so. */
  readonly peerRoles: readonly Role[];
  readonly protocol: Protocol;
  /** The port at which the connection was opened. */
  readonly port: number | null;
  readonly outcome: Outcome;
  /** Payload bytes this entity sent and received; `null` where the sensor does not say. */
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  /** How long it lasted, as it ended; `null` where the sensor does not say. */
  readonly durationMs: number | null;
  /** Entities of the fleet that were in touch with the other end, this one among them; bounded. */
  readonly prevalence: number;
  /** Devices of the fleet. */
  readonly fleet: number;
  /** A number for where this entity is used from: its site, and the network that its own address is of. */
  readonly place: number;
  readonly provenance: Provenance;
}
