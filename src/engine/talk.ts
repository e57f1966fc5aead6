import {
  type Connections,
  type EpochMs,
  idAt,
  localFrom,
  localTo,
  type Outcome,
  OUTCOMES,
  type Protocol,
  PROTOCOLS,
  type Provenance,
  type SealedMac,
  type SealedName,
} from '../model/index.ts';
import { numberedBy } from './numbered-addresses.ts';
import type { Parties, Party } from './parties.ts';

/** A connection, or what stands for one at a sensor that writes none. */
export interface Talk {
  readonly time: EpochMs;
  readonly provenance: Provenance;
  /** As in `provenance`: asked for by itself each time. */
  readonly communityId: string | null;
  readonly from: Party;
  readonly to: Party;
  /** The port at which it was opened. */
  readonly port: number | null;
  /** As the protocol itself states it. */
  readonly name: SealedName | null;
  readonly protocol: Protocol;
  readonly outcome: Outcome;
  readonly bytesOut: number | null;
  readonly bytesIn: number | null;
  readonly durationMs: number | null;
  /** Whether it is learnt from: not what an enforcement point reports beside the connection itself. */
  readonly teaches: boolean;
}

/** When it was opened: policies with times decide by that, not by when it ended. */
export function openedAt({ time, durationMs }: Pick<Talk, 'time' | 'durationMs'>): EpochMs {
  return time - (durationMs ?? 0);
}

/** A row of connections, read from its columns when somebody asks: a number that is copied is a number that is allocated. */
class RowTalk implements Talk {
  readonly from: Party;
  readonly to: Party;
  readonly name = null;
  readonly teaches = true;
  readonly #rows: Connections;
  readonly #row: number;

  constructor(rows: Connections, row: number, from: Party, to: Party) {
    this.from = from;
    this.to = to;
    this.#rows = rows;
    this.#row = row;
  }

  get time(): EpochMs {
    return this.#rows.time[this.#row] as number;
  }

  get port(): number | null {
    return (this.#rows.toPort[this.#row] as number) || null;
  }

  get protocol(): Protocol {
    return PROTOCOLS[this.#rows.protocol[this.#row] as number] as Protocol;
  }

  get outcome(): Outcome {
    return OUTCOMES[this.#rows.outcome[this.#row] as number] as Outcome;
  }

  get bytesOut(): number | null {
    return known(this.#rows.bytesOut[this.#row] as number);
  }

  get bytesIn(): number | null {
    return known(this.#rows.bytesIn[this.#row] as number);
  }

  get durationMs(): number | null {
    return known(this.#rows.durationMs[this.#row] as number);
  }

  get communityId(): string | null {
    return idAt(this.#rows.communityIds, this.#row);
  }

  get provenance(): Provenance {
    const { sensors, sensor, uids } = this.#rows;
    const { site, sensor: name } = sensors[sensor[this.#row] as number] as Connections['sensors'][number];
    return { site, sensor: name, uid: idAt(uids, this.#row), communityId: this.communityId };
  }
}

/**
 * The rows of one record as talks: who an address is, is looked up once per address, not once per row; and where its reader
 * numbers addresses, once per reading.
 */
export class Talks {
  readonly #rows: Connections;
  readonly #parties: Parties;
  /** What the record's addresses are called. */
  readonly #numbers: Uint32Array;
  /** By sensor, then by an address's number and what the sensor says of it; of those that show no MAC. */
  readonly #bySensor: (Party | undefined)[][];

  constructor(rows: Connections, parties: Parties) {
    this.#rows = rows;
    this.#parties = parties;
    const numbered = numberedBy(rows);
    const { length } = rows.addresses;
    this.#numbers = numbered?.of ?? Uint32Array.from({ length }, (_, place) => place);
    const places = 3 * (numbered === null ? length : numbered.of.reduce(larger, 0) + 1);
    this.#bySensor = rows.sensors.map(({ site }) =>
      numbered === null ? emptyTo([], places) : emptyTo(parties.metBy(numbered, site), places),
    );
  }

  /** The sensor that saw it. */
  seenBy(row: number): Connections['sensors'][number] {
    const { sensors, sensor } = this.#rows;
    return sensors[sensor[row] as number] as Connections['sensors'][number];
  }

  at(row: number): Talk {
    const { from, to, fromMac, toMac, locality } = this.#rows;
    const said = locality[row] as number;
    const opener = this.#party(row, from[row] as number, said & 3, localFrom(said), fromMac[row] as number);
    const other = this.#party(row, to[row] as number, said >> 2, localTo(said), toMac[row] as number);
    return new RowTalk(this.#rows, row, opener, other);
  }

  #party(row: number, address: number, said: number, local: boolean | null, mac: number): Party {
    const { addresses, macs, sensor } = this.#rows;
    const seenBy = sensor[row] as number;
    const parties = this.#bySensor[seenBy] as (Party | undefined)[];
    const place = (this.#numbers[address] as number) * 3 + said;
    const remembered = mac === 0 ? parties[place] : undefined;
    if (remembered !== undefined) return remembered;
    const party = this.#parties.of({
      site: this.seenBy(row).site,
      address: addresses[address] as Connections['addresses'][number],
      local,
      mac: mac === 0 ? null : (macs[mac - 1] as SealedMac),
    });
    if (mac === 0) parties[place] = party;
    return party;
  }
}

/** In full from the start: an array that is filled here and there becomes a table of keys. */
function emptyTo(parties: (Party | undefined)[], places: number): (Party | undefined)[] {
  while (parties.length < places) parties.push(undefined);
  return parties;
}

function larger(one: number, other: number): number {
  return Math.max(one, other);
}

function known(value: number): number | null {
  return value < 0 ? null : value;
}
