import type { Address, DeviceId, Endpoint, EpochMs, SealedMac } from '../model/index.ts';
import type { Bindings, Tenure } from './bindings.ts';
import type { Device } from './device.ts';
import type { DistinctInDay } from './distinct.ts';
import type { Place } from './place.ts';
import type { Revision } from './revision.ts';
import type { WireMac } from './wire-macs.ts';

/** A MAC beside an address, whose repetition moves nothing but the time at which it was seen last. */
interface Sighting {
  readonly wire: WireMac;
  /** Where the address is noted again; `null` for a router's MAC, of which nothing is noted. */
  readonly beside: DistinctInDay | null;
}

/**
 * Who is at an address, to be remembered by site, address, the sensor's word (`local`) and MAC: `again` costs a few
 * comparisons and does exactly what asking the directory would do, or says that it has to be asked.
 */
export class Holding {
  /** The address is a machine of the site, known or not. */
  readonly isLocal: boolean;
  readonly device: DeviceId | null;
  /** From when (inclusive) until when (exclusive) no claim begins or runs out. */
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly #revision: Revision;
  readonly #asOf: number;
  readonly #address: Address;
  readonly #bindings: Bindings;
  /** The address's row in the bindings, and what that said when it was asked; -1 where there is none. */
  readonly #row: number;
  readonly #changed: number;
  readonly #wire: WireMac | null;
  readonly #wireChanged: number;
  readonly #beside: DistinctInDay | null;

  constructor(
    place: Place,
    revision: Revision,
    address: Address,
    answer: Pick<Holding, 'isLocal' | 'device' | 'from' | 'until'>,
    row: number,
    sighting: Sighting | null,
  ) {
    this.isLocal = answer.isLocal;
    this.device = answer.device;
    this.from = answer.from;
    this.until = answer.until;
    this.#revision = revision;
    this.#asOf = revision.ofAll;
    this.#address = address;
    this.#bindings = place.bindings;
    this.#row = row;
    this.#changed = place.bindings.changedAt(row);
    this.#wire = sighting?.wire ?? null;
    this.#wireChanged = sighting?.wire.changed ?? 0;
    this.#beside = sighting?.beside ?? null;
  }

  /** Gives the same answer at `time`, with all that asking would note; false where it must be asked anew. */
  again(time: EpochMs): boolean {
    if (this.#revision.ofAll !== this.#asOf || time < this.from || time >= this.until) return false;
    if (this.#bindings.changedAt(this.#row) !== this.#changed) return false;
    if (this.#wire !== null && this.#wire.changed !== this.#wireChanged) return false;
    return this.#beside === null || this.#beside.noteAgain(this.#address, time);
  }
}

/** What was just answered, as a holding. @param proven the device that the MAC is known to be of, if any */
export function holdingOf(
  place: Place,
  revision: Revision,
  { address, port, local }: Endpoint,
  time: EpochMs,
  device: DeviceId | null,
  mac: SealedMac | null,
  proven: Device | null,
): Holding {
  const isLocal = place.whereabouts({ address, port, local }) === 'here';
  const tenure = isLocal ? place.bindings.tenure(address, time) : null;
  const sighting = tenure === null || mac === null ? null : sightingOf(place, address, mac, proven, tenure);
  const row = tenure?.row ?? -1;
  // An address of somebody else is so until the site changes, and its MAC a router's for good.
  const isSettled = !isLocal || (tenure !== null && (mac === null || sighting !== null));
  const { from, until } = isSettled
    ? (tenure ?? { from: -Infinity, until: Infinity })
    : { from: time, until: time };
  return new Holding(place, revision, address, { isLocal, device, from, until }, row, sighting);
}

/** Of all addresses that are not the site's: nobody's that is known, until the site changes or one of them is claimed. */
export function holdingElsewhere(place: Place, revision: Revision, address: Address): Holding {
  const answer = { isLocal: false, device: null, from: -Infinity, until: Infinity };
  return new Holding(place, revision, address, answer, -1, null);
}

/** `null` where the next sighting may claim the address for another device, or cannot be told from others. */
function sightingOf(
  place: Place,
  address: Address,
  mac: SealedMac,
  proven: Device | null,
  tenure: Tenure,
): Sighting | null {
  const wire = place.wire.get(mac.fingerprint);
  if (wire === undefined) return null;
  if (wire.router || place.isShared(address)) return { wire, beside: null };
  return proven === null || proven === tenure.device ? { wire, beside: wire.beside(address) } : null;
}
