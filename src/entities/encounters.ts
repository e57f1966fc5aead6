import type { Address, Endpoint, EpochMs, IdentityEvidence, SealedMac } from '../model/index.ts';
import { isNobody } from '../model/index.ts';
import type { Device, Merge } from './device.ts';
import { hasOwnMac } from './device.ts';
import type { Devices } from './devices.ts';
import { has } from './few.ts';
import type { Clues, Identification } from './identification.ts';
import type { Place } from './place.ts';

/** Whom a record spoke of, before aliases; and strays that turned out to be that device. */
export interface Encounter {
  readonly device: Device | null;
  readonly merged: readonly Merge[];
}

/** What telemetry tells of the machines at one site: whose an address is, and which claims that makes. */
export class Encounters {
  readonly #devices: Devices;
  readonly #identification: Identification;

  constructor(devices: Devices, identification: Identification) {
    this.#devices = devices;
    this.#identification = identification;
  }

  /** A machine spoke from or answered at an address. */
  resolve(place: Place, endpoint: Endpoint, time: EpochMs, mac: SealedMac | null): Device | null {
    const whereabouts = place.whereabouts(endpoint);
    if (mac !== null && whereabouts === 'elsewhere')
      this.#retract(place, mac, place.wire.noteGateway(mac.fingerprint));
    if (whereabouts !== 'here') return null;
    const { address } = endpoint;
    if (mac !== null) this.#noteWireMac(place, address, mac, time);
    const device =
      this.#identification.holder(place, address, time) ?? this.#discoverAt(place, address, time);
    if (device !== null && mac !== null) keepWireMac(place, device, mac, address);
    return device;
  }

  /** Whoever is known at an address; nobody is made. */
  find(place: Place, endpoint: Endpoint, time: EpochMs): Device | null {
    if (place.whereabouts(endpoint) !== 'here') return null;
    return this.#identification.holder(place, endpoint.address, time);
  }

  /** A record spoke of one machine: who it is, what it is known by from now on, and where it was from `time` on. */
  observe(
    place: Place,
    { address: stated, mac, hostName }: Clues,
    evidence: 'lease' | 'mac',
    time: EpochMs,
    until: EpochMs | null,
  ): Encounter {
    const address = stated === null || isNobody(stated) ? null : stated;
    if (address !== null && place.isShared(address)) return this.#atSharedAddress(place, address, time);
    const clues = { address, mac, hostName };
    const device = this.#identification.identify(place, clues, evidence, time);
    if (device === null) return { device, merged: [] };
    const holder = address === null ? null : this.#identification.holder(place, address, time);
    const merged = this.#identification.absorbStray(place, device, clues, time);
    if (!keepsItsName(holder, device, clues)) this.#identification.learn(place, device, clues);
    const proof = proofOf(clues, evidence);
    if (address !== null && (holder !== device || proof === 'lease')) {
      place.claim(address, device, proof, time, until);
    }
    return { device, merged };
  }

  /** An address that stands for many machines is an entity of its own: nobody's MAC or name is learnt there. */
  #atSharedAddress(place: Place, address: Address, time: EpochMs): Encounter {
    return { device: this.resolve(place, { address, port: null, local: null }, time, null), merged: [] };
  }

  #discoverAt(place: Place, address: Address, time: EpochMs): Device | null {
    const device = this.#devices.discover('address', place.site.id, address);
    if (device !== null) place.claim(address, device, 'address', time, null);
    return device;
  }

  #noteWireMac(place: Place, address: Address, mac: SealedMac, time: EpochMs): void {
    if (place.isShared(address)) return;
    this.#retract(place, mac, place.wire.note(mac.fingerprint, address, time));
    if (place.wire.isRouter(mac.fingerprint)) return;
    const device = this.#identification.byMac(place, { address, mac, hostName: null });
    if (device === null || this.#identification.holder(place, address, time) === device) return;
    place.claim(address, device, 'mac', time, null);
  }

  /** A MAC turned out to be a router's: whatever it seemed to prove is taken back. */
  #retract(place: Place, mac: SealedMac, addresses: readonly Address[]): void {
    const device = place.macs.get(mac.fingerprint);
    if (device === undefined) return;
    for (const address of addresses) place.bindings.retract(address, device, 'mac');
  }
}

/** A lease proves no more than what it was given to: without a MAC it is a host name's word, or the address's. */
function proofOf({ mac, hostName }: Clues, evidence: 'lease' | 'mac'): IdentityEvidence {
  if (mac !== null) return evidence;
  return hostName !== null ? 'host_name' : 'address';
}

/** The first device to show a MAC on the wire, known by nothing better than its address, keeps it as a hint. */
function keepWireMac(place: Place, device: Device, mac: SealedMac, address: Address): void {
  if (device.wireMac !== null || hasOwnMac(device) || device.enrolment.state === 'enrolled') return;
  if (device.address === address && place.wire.hold(mac.fingerprint, device))
    device.wireMac = mac.fingerprint;
}

/** A host name alone renames nobody: a machine known by something better keeps the name it has. */
function keepsItsName(holder: Device | null, device: Device, { mac, hostName }: Clues): boolean {
  if (holder !== device || mac !== null || hostName === null) return false;
  return (
    device.enrolment.state === 'enrolled' || (device.hostNames !== null && !has(device.hostNames, hostName))
  );
}
