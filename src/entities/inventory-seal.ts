import type { InventoryEntry } from '../model/index.ts';
import type { ClearInventoryEntry } from './inventory-entry.ts';

/** The privacy door's keyed hashes: the same as for MACs and host names from the wire. */
export interface InventorySeals {
  readonly sealMac: (mac: string) => string;
  readonly sealHostName: (hostName: string) => string;
  readonly sealSerial: (serial: string) => string;
}

/** Entries fit for the journal: MACs, host names and serial numbers as fingerprints, sorted, so that their order tells nothing. */
export function sealInventory(
  entries: readonly ClearInventoryEntry[],
  { sealMac, sealHostName, sealSerial }: InventorySeals,
): readonly InventoryEntry[] {
  return entries.map((entry) => ({
    ...entry,
    macs: entry.macs.map(sealMac).sort(),
    hostNames: entry.hostNames.map(sealHostName).sort(),
    ...(entry.serial === undefined ? {} : { serial: sealSerial(entry.serial) }),
  }));
}
