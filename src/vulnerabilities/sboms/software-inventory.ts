import type { EpochMs, InstalledComponent, SoftwarePackage } from '../../model/index.ts';
import { SoftwareList } from '../software-list.ts';
import { installed } from './component.ts';
import { type BillReading, keptOf } from './read-bill.ts';

/** A bill of what the events of one device say, as it would stand had they come one after the other. */
export function softwareBill(
  events: readonly { readonly time: EpochMs; readonly packages: readonly SoftwarePackage[] }[],
  device: string | null,
): BillReading {
  const list = new SoftwareList();
  for (const { packages, time } of events) list.put(componentsOf(packages), time);
  return keptOf(list.bill(), device);
}

export function componentsOf(packages: readonly SoftwarePackage[]): readonly InstalledComponent[] {
  return packages.map((each) => installed({ ...each, bill: null, ref: null, isSubject: false }));
}
