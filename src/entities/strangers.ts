import { type DeviceId, type EpochMs, LIMITS } from '../model/index.ts';
import type { Device } from './device.ts';
import { all, countOf } from './few.ts';
import type { Population } from './population.ts';
import type { Revision } from './revision.ts';

/** Which strangers are meant. */
export interface StrangersMeant {
  /** By when it was seen first and last. */
  readonly isMeant: (first: EpochMs, last: EpochMs) => boolean;
  /** Whom something else speaks for. */
  readonly isSpared: (id: DeviceId) => boolean;
  readonly most: number;
}

interface Candidate {
  readonly id: DeviceId;
  readonly number: number;
  readonly last: EpochMs;
}

/** Of the devices that nobody adopted and that are no part of another, those meant that are silent longest, in that order. */
export function longestSilent(
  { devices, aliases }: Population,
  { isMeant, isSpared, most }: StrangersMeant,
): readonly DeviceId[] {
  let found: Candidate[] = [];
  let latest = Infinity;
  const cut = (): void => {
    found = found.sort((a, b) => a.last - b.last || a.number - b.number).slice(0, most);
    if (found.length === most) latest = found.at(-1)?.last ?? latest;
  };
  // Whose telling takes an id is asked last: of a million, most are seen later than those that are wanted.
  const isWanted = (first: EpochMs, last: EpochMs): boolean => last < latest && isMeant(first, last);
  for (const { id, number, last } of devices.discovered(isWanted)) {
    if (!aliases.isAlone(id) || isSpared(id)) continue;
    found.push({ id, number, last });
    if (found.length >= 2 * most) cut();
  }
  cut();
  return found.map(({ id }) => id);
}

/** Takes strangers out wherever their numbers stand, which are given to whoever comes next. */
export function forgetStrangers(
  population: Population,
  ids: ReadonlySet<DeviceId>,
  revision: Revision,
): void {
  const { devices, places, sharing } = population;
  const gone = [...ids].flatMap((id) => devices.get(id) ?? []);
  for (const [site, theirs] of Map.groupBy(gone, (device) => device.site)) {
    const place = places.of(site);
    place.bindings.forget(new Set(theirs), theirs.some(claimedMore) ? null : theirs.flatMap(claimedBy));
    for (const device of theirs) {
      for (const { fingerprint } of all(device.macs)) place.macs.deleteOf(fingerprint, device);
      for (const name of all(device.hostNames)) place.hostNames.deleteOf(name, device);
      if (device.wireMac !== null) place.wire.leave(device.wireMac, device);
    }
  }
  for (const { number } of gone) sharing.end(number);
  devices.remove(gone);
  revision.moveAll();
}

function claimedBy(device: Device) {
  return all(device.claimed);
}

/** Of the addresses that it claimed, the oldest may be forgotten. */
function claimedMore(device: Device): boolean {
  return countOf(device.claimed) >= LIMITS.addressesPerDevice;
}
