import { type Address, type ClearConnections, localityOf, type Provenance } from '../model/index.ts';
import { type ConnectionRows, LOCAL_UNSTATED, LOCAL_YES } from './connection-rows.ts';
import { IdBytes } from './id-bytes.ts';
import { type AddressNumbers, LastingNumbers } from './lasting-numbers.ts';
import type { Stretch } from './stretch.ts';
import { WordPlaces } from './word-places.ts';

type SeenBy = Pick<Provenance, 'site' | 'sensor'>;

/** Connections that follow each other in a record and come from one stretch of a log: as many as up to `end`. */
interface Run {
  readonly stretch: Stretch;
  readonly rows: ConnectionRows;
  readonly producer: number;
  end: number;
}

/** Connections of several logs, gathered for one journal record: first which, then side by side, property by property. */
export class ConnectionColumns {
  readonly #numbers = new LastingNumbers();
  readonly #addresses = new WordPlaces((words, number) => this.#numbers.add(words, number));
  readonly #services = new WordPlaces();
  readonly #macs = new WordPlaces();
  /** Of each, its row in the rows of its run. */
  readonly #row: Uint32Array;
  #runs: Run[] = [];
  #count = 0;

  /** @param capacity how many are gathered at most */
  constructor(capacity: number) {
    this.#row = new Uint32Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** Adds a row of a stretch, which is let go when the record is finished. */
  add(stretch: Stretch, rows: ConnectionRows, row: number, producer: number): void {
    this.#row[this.#count++] = row;
    const run = this.#runs.at(-1);
    if (run?.stretch === stretch) run.end++;
    else this.#runs.push({ stretch, rows, producer, end: this.#count });
  }

  /** What was added since the last time. */
  finished(): { readonly rows: ClearConnections; readonly numbers: AddressNumbers } {
    const count = this.#count;
    const columns = columnsOf(count);
    const sensors: SeenBy[] = [];
    const uids = new IdBytes(count);
    const communityIds = new IdBytes(count);
    let start = 0;
    for (const { stretch, rows, producer, end } of this.#runs) {
      columns.producer.fill(producer, start, end);
      columns.sensor.fill(placeOf(stretch.seenBy, sensors), start, end);
      this.#gatherEnds(columns, rows, start, end);
      this.#gatherConduct(columns, rows, start, end);
      this.#gatherIds(uids, communityIds, rows, start, end);
      stretch.letGo(end - start);
      start = end;
    }
    this.#runs = [];
    this.#count = 0;
    const rows = {
      count,
      sensors,
      addresses: this.#addresses.finished() as readonly string[] as readonly Address[],
      services: this.#services.finished(),
      macs: this.#macs.finished(),
      ...columns,
      uids: uids.finished(),
      communityIds: communityIds.finished(),
    };
    return { rows, numbers: this.#numbers.finished() };
  }

  #gatherEnds(columns: Columns, rows: ConnectionRows, start: number, end: number): void {
    const { from, to, fromPort, toPort, locality, fromMac, toMac } = columns;
    const addresses = this.#addresses;
    const macs = this.#macs;
    addresses.turnTo(rows.words.addresses);
    macs.turnTo(rows.words.macs);
    for (let i = start; i < end; i++) {
      const row = this.#row[i] as number;
      from[i] = addresses.of(rows.from[row] as number) - 1;
      to[i] = addresses.of(rows.to[row] as number) - 1;
      fromPort[i] = rows.fromPort[row] as number;
      toPort[i] = rows.toPort[row] as number;
      locality[i] = localityOf(isLocal(rows.fromLocal[row] as number), isLocal(rows.toLocal[row] as number));
      fromMac[i] = macs.of(rows.fromMac[row] as number);
      toMac[i] = macs.of(rows.toMac[row] as number);
    }
  }

  #gatherConduct(columns: Columns, rows: ConnectionRows, start: number, end: number): void {
    const { time, durationMs, protocol, outcome, service, bytesOut, bytesIn, position } = columns;
    const services = this.#services;
    services.turnTo(rows.words.services);
    for (let i = start; i < end; i++) {
      const row = this.#row[i] as number;
      time[i] = rows.time[row] as number;
      durationMs[i] = rows.duration[row] as number;
      protocol[i] = rows.protocol[row] as number;
      outcome[i] = rows.outcome[row] as number;
      service[i] = services.of(rows.service[row] as number);
      bytesOut[i] = rows.bytesOut[row] as number;
      bytesIn[i] = rows.bytesIn[row] as number;
      position[i] = rows.offset[row] as number;
    }
  }

  #gatherIds(
    uids: IdBytes,
    communityIds: IdBytes,
    { ids, idAt, uidLength, communityIdLength }: ConnectionRows,
    start: number,
    end: number,
  ): void {
    for (let i = start; i < end; i++) {
      const row = this.#row[i] as number;
      const uid = idAt[row] as number;
      const communityId = uid + (uidLength[row] as number);
      uids.add(ids, uid, communityId);
      communityIds.add(ids, communityId, communityId + (communityIdLength[row] as number));
    }
  }
}

/** From 0, the same for the same. */
function placeOf(seenBy: SeenBy, sensors: SeenBy[]): number {
  const known = sensors.indexOf(seenBy);
  return known >= 0 ? known : sensors.push(seenBy) - 1;
}

function isLocal(said: number): boolean | null {
  return said === LOCAL_UNSTATED ? null : said === LOCAL_YES;
}

type Columns = ReturnType<typeof columnsOf>;

function columnsOf(count: number) {
  return {
    sensor: new Uint16Array(count),
    time: new Float64Array(count),
    durationMs: new Float64Array(count),
    from: new Uint32Array(count),
    to: new Uint32Array(count),
    fromPort: new Uint16Array(count),
    toPort: new Uint16Array(count),
    locality: new Uint8Array(count),
    protocol: new Uint8Array(count),
    outcome: new Uint8Array(count),
    service: new Uint16Array(count),
    bytesOut: new Float64Array(count),
    bytesIn: new Float64Array(count),
    fromMac: new Uint32Array(count),
    toMac: new Uint32Array(count),
    producer: new Uint16Array(count),
    position: new Float64Array(count),
  };
}
