import type { Directory, Holding } from '../entities/index.ts';
import {
  type DestinationHandle,
  type FleetDestinations,
  type IndicatorTable,
  type Listed,
  markOf,
  type Match,
  type OwnOutcome,
  type ProberHandle,
  type Probers,
  verdict,
  type WarningLists,
} from '../exposure/index.ts';
import {
  type Address,
  type Endpoint,
  type EntityId,
  type EpochMs,
  LIMITS,
  type Outcome,
  type SealedMac,
  type SiteId,
} from '../model/index.ts';
import type { NumberedBy } from './numbered-addresses.ts';
import { placeOfUse } from './place-of-use.ts';

const NOT_LISTED: readonly Listed[] = [];

/**
 * One end of a conversation, as a sensor names it, with what is remembered of it: who it was, and what the feeds say
 * of its address. Telemetry speaks of the same addresses again and again; asking anew each time would cost more
 * than all the rest. What is remembered is never state: it gives what asking would give, or is asked anew.
 */
export class Party {
  readonly site: SiteId;
  readonly address: Address;
  /** Another one of the same address. */
  readonly next: Party | undefined;
  readonly #local: boolean | null;
  readonly #mac: SealedMac | null;
  readonly #directory: Directory;
  #met: Holding | null = null;
  #found: Holding | null = null;
  #destination: DestinationHandle = 0;
  #prober: ProberHandle = 0;
  #mark: number | null = null;
  #indicators: IndicatorTable | null = null;
  #listings: readonly Listed[] = NOT_LISTED;
  /** 0: not asked for yet. */
  #place = 0;

  constructor(of: PartyOf, next: Party | undefined, directory: Directory) {
    this.next = next;
    this.site = of.site;
    this.address = of.address;
    this.#local = of.local;
    this.#mac = of.mac;
    this.#directory = directory;
  }

  /** A number for where whoever has the address is used from. */
  get place(): number {
    if (this.#place === 0) this.#place = placeOfUse(this.site, this.address);
    return this.#place;
  }

  /** Of one address at one site. */
  is({ local, mac }: PartyOf): boolean {
    return this.#local === local && this.#mac?.fingerprint === mac?.fingerprint;
  }

  /** It spoke: an unknown machine of ours is discovered by that. */
  meet(time: EpochMs): Holding {
    if (this.#met?.again(time)) return this.#met;
    this.#met = this.#directory.meet(this.site, this.#endpoint(), time, this.#mac);
    return this.#met;
  }

  /** It was spoken to and has not answered: nobody is discovered. */
  lookUp(time: EpochMs): Holding {
    if (this.#found?.again(time)) return this.#found;
    this.#found = this.#directory.lookUp(this.site, this.#endpoint(), time);
    return this.#found;
  }

  /** Somebody of ours talked to it. */
  remember(
    destinations: FleetDestinations,
    entity: EntityId,
    time: EpochMs,
    outcome: OwnOutcome,
    flow: string | null,
  ): void {
    if (this.#destination > 0 && destinations.observeAgain(this.#destination, entity, time, outcome, flow))
      return;
    this.#destination = destinations.observe(this.address, entity, time, outcome, flow);
  }

  /** It tried a machine of ours, from outside. */
  probe(
    probers: Probers,
    target: Party,
    tried: { readonly port: number | null; readonly outcome: Outcome; readonly time: EpochMs },
  ): void {
    const place = { mark: (target.#mark ??= markOf(target.address)), port: tried.port };
    if (this.#prober > 0 && probers.observeAgain(this.#prober, place, tried)) return;
    this.#prober = probers.observe(this.address, place, tried);
  }

  /** What the feeds say of its address at this time; `null` for nothing. */
  match({ indicators, warnings }: WhatIsKnown, time: EpochMs): Match | null {
    if (this.#indicators !== indicators) {
      this.#indicators = indicators;
      this.#listings = indicators.matchAddress(this.address);
    }
    if (this.#listings.length === 0) return null;
    const destination = { type: 'ip', address: this.address } as const;
    return { destination, verdict: verdict(this.#listings, time, false, warnings) };
  }

  /** Nothing that is remembered depends on the port. */
  #endpoint(): Endpoint {
    return { address: this.address, port: null, local: this.#local };
  }
}

/** What the feeds list, and what they list by mistake. */
interface WhatIsKnown {
  readonly indicators: IndicatorTable;
  readonly warnings: WarningLists;
}

interface MetBy {
  readonly generation: number;
  readonly sites: Map<SiteId, (Party | undefined)[]>;
}

export interface PartyOf {
  readonly site: SiteId;
  readonly address: Address;
  /** What the sensor itself says of this address. */
  readonly local: boolean | null;
  readonly mac: SealedMac | null;
}

/** The parties of late. Bounded: when it is full it begins anew, which costs time and changes nothing. */
export class Parties {
  readonly #directory: Directory;
  readonly #capacity: number;
  /** By site, then by address: those that differ in what the sensor says of it or in the MAC it shows. */
  readonly #sites = new Map<SiteId, Map<Address, Party>>();
  /** The site that was asked about last, most often the next one too: it is found without a search. */
  #lastSite: SiteId | null = null;
  #lastAddresses = new Map<Address, Party>();
  #size = 0;
  /** Of readings that number addresses: by site, then by number. */
  readonly #met = new WeakMap<object, MetBy>();

  constructor(directory: Directory, capacity: number = LIMITS.rememberedParties) {
    this.#directory = directory;
    this.#capacity = capacity;
  }

  of(party: PartyOf): Party {
    const first = this.#addressesAt(party.site).get(party.address);
    for (let each = first; each !== undefined; each = each.next) if (each.is(party)) return each;
    if (this.#size < this.#capacity) return this.#add(party, first);
    this.#sites.clear();
    this.#lastSite = null;
    this.#size = 0;
    return this.#add(party, undefined);
  }

  /** Where a reading's parties at a site are kept by whoever meets them, by the number of their address. */
  metBy({ reading, generation }: NumberedBy, site: SiteId): (Party | undefined)[] {
    let met = this.#met.get(reading);
    if (met?.generation !== generation) this.#met.set(reading, (met = { generation, sites: new Map() }));
    const known = met.sites.get(site);
    if (known !== undefined) return known;
    const made: (Party | undefined)[] = [];
    met.sites.set(site, made);
    return made;
  }

  #add(party: PartyOf, next: Party | undefined): Party {
    const made = new Party(party, next, this.#directory);
    this.#addressesAt(party.site).set(party.address, made);
    this.#size++;
    return made;
  }

  #addressesAt(site: SiteId): Map<Address, Party> {
    if (site === this.#lastSite) return this.#lastAddresses;
    let addresses = this.#sites.get(site);
    if (addresses === undefined) this.#sites.set(site, (addresses = new Map<Address, Party>()));
    this.#lastSite = site;
    this.#lastAddresses = addresses;
    return addresses;
  }
}
