import type { Address, DnsQuery, EpochMs, Provenance, SealedName } from '../model/index.ts';

/** A name that an entity asked for: what the privacy door leaves of it. */
export interface Question {
  readonly time: EpochMs;
  readonly name: SealedName;
  /** `A`, `AAAA`, `TXT`, …; `null` where the sensor does not say. */
  readonly type: string | null;
  /** Whom it asked; `null` where the source does not say. */
  readonly server: Address | null;
  readonly outcome: DnsQuery<never>['outcome'];
  readonly answerCount: number;
  /** Entities of the fleet that asked for something in the same registrable domain, this one among them. */
  readonly askers: number;
  /** Whoever asks is asked by others: it may only pass on what they want to know. */
  readonly forwards: boolean;
  readonly provenance: Provenance;
}
