import type { Address, EpochMs, Fingerprint, IdentityEvidence, SealedMac } from '../model/index.ts';
import { LIMITS } from '../model/index.ts';
import type { Aliases } from './aliases.ts';
import type { Device, Merge } from './device.ts';
import { hasOwnMac, isKnownByAddressOnly, showsOnlyRandomisedMacs } from './device.ts';
import type { Devices } from './devices.ts';
import { all, countOf, has, withOne, without } from './few.ts';
import type { Place } from './place.ts';
import type { Population } from './population.ts';
import type { Revision } from './revision.ts';

/** What a record says of one machine, itself: no last hop's MAC is among it. */
export interface Clues {
  readonly address: Address | null;
  readonly mac: SealedMac | null;
  readonly hostName: Fingerprint | null;
}

/** The rules by which clues become a device (docs/adr/0004-who-it-was.md), and what a device learns from them. */
export class Identification {
  readonly #devices: Devices;
  readonly #aliases: Aliases;
  readonly #revision: Revision;

  constructor({ devices, aliases }: Population, revision: Revision) {
    this.#devices = devices;
    this.#aliases = aliases;
    this.#revision = revision;
  }

  /** The device of these clues: known by MAC, by host name, at its address; otherwise a new one. */
  identify(place: Place, clues: Clues, evidence: IdentityEvidence, time: EpochMs): Device | null {
    return (
      this.byMac(place, clues) ??
      byHostName(place, clues) ??
      this.#atAddress(place, clues, evidence, time) ??
      this.#discover(place, clues)
    );
  }

  /** The device that proved this MAC to be its own. */
  byMac(place: Place, clues: Clues): Device | null {
    const { mac } = clues;
    if (mac === null) return null;
    const device = place.macs.get(mac.fingerprint);
    const known = device?.mac(mac.fingerprint);
    if (device === undefined || known === undefined) return null;
    // A randomised MAC alone never makes an enrolled device: the entry's address or host name must agree.
    if (mac.vendor === null && !known.seen && !corroborated(device, clues)) return null;
    if (contradictsJoin(device, mac, clues)) this.#disbelieve(place, device, clues.hostName);
    return device;
  }

  /** Whoever was at the address, where a claim says so. */
  holder(place: Place, address: Address, time: EpochMs): Device | null {
    return place.bindings.holder(address, time);
  }

  /** The device keeps the clues as its own. */
  learn(place: Place, device: Device, clues: Clues): void {
    if (clues.mac !== null) this.#learnMac(place, device, clues.mac);
    if (clues.hostName !== null) this.#learnHostName(place, device, clues.hostName);
  }

  /** A stray that was known only by its address turns out to be a device that had not been seen yet. */
  absorbStray(place: Place, device: Device, clues: Clues, time: EpochMs): readonly Merge[] {
    const stray = clues.address === null ? null : this.holder(place, clues.address, time);
    if (stray === null || stray === device || device.lastSeen !== null) return [];
    if (!isKnownByAddressOnly(stray) || this.#showedOtherMac(place, stray, clues.mac)) return [];
    const from = this.#aliases.device(stray.id);
    const into = this.#aliases.device(device.id);
    if (from === into) return [];
    this.#aliases.merge(from, into);
    return [{ from, into }];
  }

  /** Connections at its address showed a MAC that is neither this one nor a router's. */
  #showedOtherMac(place: Place, device: Device, mac: SealedMac | null): boolean {
    if (device.wireMac === null || mac === null || place.wire.isRouter(device.wireMac)) return false;
    return device.wireMac !== mac.fingerprint;
  }

  /** The machine at the address shows its MAC or host name for the first time. */
  #atAddress(place: Place, clues: Clues, evidence: IdentityEvidence, time: EpochMs): Device | null {
    const wire = clues.mac === null ? null : place.wire.holder(clues.mac.fingerprint);
    if (wire !== null && clues.mac?.vendor !== null && !hasOwnMac(wire)) return wire;
    if (clues.address === null) return null;
    const holder = this.holder(place, clues.address, time);
    if (holder === null) return null;
    if (clues.mac === null)
      return evidence === 'lease' && namedOtherwise(holder, clues.hostName) ? null : holder;
    if (hasOwnMac(holder) || namedOtherwise(holder, clues.hostName)) return null;
    if (holder.enrolment.state === 'enrolled' && clues.mac.vendor === null) return null;
    return this.#showedOtherMac(place, holder, clues.mac) ? null : holder;
  }

  #discover(place: Place, { mac, hostName, address }: Clues): Device | null {
    const site = place.site.id;
    if (mac !== null) return this.#devices.discover('mac', site, mac.fingerprint);
    if (hostName !== null && !place.commonHostNames.has(hostName))
      return this.#devices.discover('host_name', site, hostName);
    return address === null ? null : this.#devices.discover('address', site, address);
  }

  #learnMac(place: Place, device: Device, mac: SealedMac): void {
    const { fingerprint, vendor } = mac;
    const known = device.mac(fingerprint);
    const owner = place.macs.get(fingerprint);
    if (known === undefined && vendor === null && hasOwnMac(device)) device.joinedMac = fingerprint;
    const listed = known?.listed ?? false;
    const randomised = vendor === null;
    if (known?.seen !== true || known.randomised !== randomised)
      device.keepMac({ fingerprint, listed, seen: true, randomised });
    if (!this.#isListedElsewhere(place, device, mac)) place.macs.set(fingerprint, device);
    if (known?.seen !== true || owner !== place.macs.get(fingerprint))
      this.#noteProof(place, device, fingerprint);
    if (countOf(device.macs) <= LIMITS.namesPerDevice) return;
    const oldest = all(device.macs).find((each) => !each.listed && each.fingerprint !== fingerprint);
    if (oldest !== undefined) this.#forgetMac(place, device, oldest.fingerprint);
  }

  /** What the MAC proves on connections changed: at this site, or wherever the operator's own device may be. */
  #noteProof(place: Place, device: Device, fingerprint: string): void {
    if (!device.isDeclared) place.wire.noteProof(fingerprint);
    else this.#revision.moveAll();
  }

  /** The operator listed the MAC for another device, which has yet to show it with something more than itself. */
  #isListedElsewhere(place: Place, device: Device, mac: SealedMac): boolean {
    const lister = place.macs.get(mac.fingerprint);
    return lister !== device && (lister?.mac(mac.fingerprint)?.listed ?? false);
  }

  #learnHostName(place: Place, device: Device, hostName: Fingerprint): void {
    if (place.commonHostNames.has(hostName)) return;
    const carrier = place.hostNames.get(hostName);
    if (carrier !== undefined && this.#aliases.device(carrier.id) !== this.#aliases.device(device.id)) {
      this.#disbelieve(place, null, hostName);
      return;
    }
    if (carrier !== undefined || countOf(device.hostNames) >= LIMITS.namesPerDevice) return;
    device.hostNames = withOne(device.hostNames, hostName);
    place.hostNames.set(hostName, device);
  }

  /** Two machines carry the host name: it proves nothing any more, and what it last joined is parted again. */
  #disbelieve(place: Place, device: Device | null, hostName: Fingerprint | null): void {
    if (device?.joinedMac) this.#forgetMac(place, device, device.joinedMac);
    if (device !== null) device.joinedMac = null;
    if (hostName === null) return;
    const carrier = place.hostNames.get(hostName);
    if (carrier?.entry?.hostNames.includes(hostName)) return;
    if (carrier !== undefined) carrier.hostNames = without<string>(carrier.hostNames, hostName);
    place.hostNames.delete(hostName);
    if (place.commonHostNames.size < LIMITS.discoveredEntities) place.commonHostNames.add(hostName);
  }

  #forgetMac(place: Place, device: Device, fingerprint: string): void {
    device.dropMac(fingerprint);
    if (place.macs.get(fingerprint) === device) place.macs.delete(fingerprint);
    this.#revision.moveAll();
  }
}

function byHostName(place: Place, { mac, hostName }: Clues): Device | null {
  if (hostName === null || (mac !== null && mac.vendor !== null)) return null;
  const device = place.hostNames.get(hostName) ?? null;
  if (device === null || mac === null) return device;
  // A machine that renews a randomised MAC keeps its host name; one with a MAC of its own is another machine.
  return showsOnlyRandomisedMacs(device) ? device : null;
}

function corroborated({ entry }: Device, { address, hostName }: Clues): boolean {
  if (entry === null) return true;
  return (
    (address !== null && entry.addresses.includes(address)) ||
    (hostName !== null && entry.hostNames.includes(hostName))
  );
}

/** An earlier MAC is back after the host name joined a later one: they are two machines of one name. */
function contradictsJoin(device: Device, mac: SealedMac, { hostName }: Clues): boolean {
  return (
    hostName !== null &&
    device.joinedMac !== null &&
    device.joinedMac !== mac.fingerprint &&
    mac.vendor === null
  );
}

function namedOtherwise(device: Device, hostName: Fingerprint | null): boolean {
  return hostName !== null && device.hostNames !== null && !has(device.hostNames, hostName);
}
