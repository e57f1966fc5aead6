import {
  type Address,
  type ClearConnections,
  type IdColumn,
  localityOf,
  type Provenance,
} from '../model/index.ts';
import { type ConnectionRows, LOCAL_UNSTATED, LOCAL_YES } from './connection-rows.ts';
import type { WordNumbers } from './word-numbers.ts';

type SeenBy = Pick<Provenance, 'site' | 'sensor'>;

/** A uid rarely has more bytes; the column grows where it does. */
const USUAL_ID_BYTES = 20;

/** Connections of several logs, gathered side by side for one journal record. */
export class ConnectionColumns {
  readonly #sensors: SeenBy[] = [];
  readonly #addresses = new WordPlaces();
  readonly #services = new WordPlaces();
  readonly #macs = new WordPlaces();
  readonly #columns: Columns;
  readonly #uids: IdBytes;
  readonly #communityIds: IdBytes;
  #count = 0;

  constructor(capacity: number) {
    this.#columns = new Columns(capacity);
    this.#uids = new IdBytes(capacity);
    this.#communityIds = new IdBytes(capacity);
  }

  add(rows: ConnectionRows, row: number, seenBy: SeenBy, producer: number): void {
    const at = this.#count++;
    const columns = this.#columns;
    const { addresses, services, macs } = rows.words;
    columns.sensor[at] = this.#sensorOf(seenBy);
    columns.time[at] = rows.time[row] as number;
    columns.durationMs[at] = rows.duration[row] as number;
    columns.from[at] = this.#addresses.of(addresses, rows.from[row] as number) - 1;
    columns.to[at] = this.#addresses.of(addresses, rows.to[row] as number) - 1;
    columns.fromPort[at] = rows.fromPort[row] as number;
    columns.toPort[at] = rows.toPort[row] as number;
    columns.locality[at] = localityOf(
      isLocal(rows.fromLocal[row] as number),
      isLocal(rows.toLocal[row] as number),
    );
    columns.protocol[at] = rows.protocol[row] as number;
    columns.outcome[at] = rows.outcome[row] as number;
    columns.service[at] = this.#services.of(services, rows.service[row] as number);
    columns.bytesOut[at] = rows.bytesOut[row] as number;
    columns.bytesIn[at] = rows.bytesIn[row] as number;
    columns.fromMac[at] = this.#macs.of(macs, rows.fromMac[row] as number);
    columns.toMac[at] = this.#macs.of(macs, rows.toMac[row] as number);
    columns.producer[at] = producer;
    columns.position[at] = rows.offset[row] as number;
    const uid = rows.idAt[row] as number;
    const communityId = uid + (rows.uidLength[row] as number);
    this.#uids.add(rows.ids, uid, communityId);
    this.#communityIds.add(rows.ids, communityId, communityId + (rows.communityIdLength[row] as number));
  }

  finished(): ClearConnections {
    return {
      count: this.#count,
      sensors: this.#sensors,
      addresses: this.#addresses.texts as readonly string[] as readonly Address[],
      services: this.#services.texts,
      macs: this.#macs.texts,
      ...this.#columns.upTo(this.#count),
      uids: this.#uids.finished(),
      communityIds: this.#communityIds.finished(),
    };
  }

  #sensorOf(seenBy: SeenBy): number {
    const known = this.#sensors.indexOf(seenBy);
    return known >= 0 ? known : this.#sensors.push(seenBy) - 1;
  }
}

function isLocal(said: number): boolean | null {
  return said === LOCAL_UNSTATED ? null : said === LOCAL_YES;
}

class Columns {
  readonly sensor: Uint16Array;
  readonly time: Float64Array;
  readonly durationMs: Float64Array;
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly fromPort: Uint16Array;
  readonly toPort: Uint16Array;
  readonly locality: Uint8Array;
  readonly protocol: Uint8Array;
  readonly outcome: Uint8Array;
  readonly service: Uint16Array;
  readonly bytesOut: Float64Array;
  readonly bytesIn: Float64Array;
  readonly fromMac: Uint32Array;
  readonly toMac: Uint32Array;
  readonly producer: Uint16Array;
  readonly position: Float64Array;

  constructor(capacity: number) {
    this.sensor = new Uint16Array(capacity);
    this.time = new Float64Array(capacity);
    this.durationMs = new Float64Array(capacity);
    this.from = new Uint32Array(capacity);
    this.to = new Uint32Array(capacity);
    this.fromPort = new Uint16Array(capacity);
    this.toPort = new Uint16Array(capacity);
    this.locality = new Uint8Array(capacity);
    this.protocol = new Uint8Array(capacity);
    this.outcome = new Uint8Array(capacity);
    this.service = new Uint16Array(capacity);
    this.bytesOut = new Float64Array(capacity);
    this.bytesIn = new Float64Array(capacity);
    this.fromMac = new Uint32Array(capacity);
    this.toMac = new Uint32Array(capacity);
    this.producer = new Uint16Array(capacity);
    this.position = new Float64Array(capacity);
  }

  upTo(count: number): Omit<Columns, 'upTo'> {
    return {
      sensor: this.sensor.subarray(0, count),
      time: this.time.subarray(0, count),
      durationMs: this.durationMs.subarray(0, count),
      from: this.from.subarray(0, count),
      to: this.to.subarray(0, count),
      fromPort: this.fromPort.subarray(0, count),
      toPort: this.toPort.subarray(0, count),
      locality: this.locality.subarray(0, count),
      protocol: this.protocol.subarray(0, count),
      outcome: this.outcome.subarray(0, count),
      service: this.service.subarray(0, count),
      bytesOut: this.bytesOut.subarray(0, count),
      bytesIn: this.bytesIn.subarray(0, count),
      fromMac: this.fromMac.subarray(0, count),
      toMac: this.toMac.subarray(0, count),
      producer: this.producer.subarray(0, count),
      position: this.position.subarray(0, count),
    };
  }
}

/** The words that one record uses, by their place in it (from 1); each log numbers its words for itself. */
class WordPlaces {
  readonly texts: string[] = [];
  readonly #known = new Map<string, number>();
  readonly #placesOf = new Map<WordNumbers, Uint32Array<ArrayBuffer>>();
  #last: WordNumbers | null = null;
  #places = new Uint32Array(0);

  of(words: WordNumbers, number: number): number {
    if (number === 0) return 0;
    if (words !== this.#last || number >= this.#places.length) this.#turnTo(words);
    const place = this.#places[number] as number;
    return place > 0 ? place : this.#enter(words.text(number), number);
  }

  #enter(text: string, number: number): number {
    // Two logs may have the word under two numbers.
    const place = this.#known.get(text) ?? this.texts.push(text);
    this.#known.set(text, place);
    this.#places[number] = place;
    return place;
  }

  #turnTo(words: WordNumbers): void {
    let places = this.#placesOf.get(words);
    if (places === undefined || places.length < words.size) {
      const larger = new Uint32Array(words.size);
      if (places !== undefined) larger.set(places);
      this.#placesOf.set(words, (places = larger));
    }
    this.#last = words;
    this.#places = places;
  }
}

class IdBytes {
  #bytes: Uint8Array;
  readonly #ends: Uint32Array;
  #length = 0;
  #count = 0;

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity * USUAL_ID_BYTES);
    this.#ends = new Uint32Array(capacity);
  }

  add(ids: Buffer, start: number, end: number): void {
    if (this.#length + end - start > this.#bytes.length) this.#grow();
    for (let i = start; i < end; i++) this.#bytes[this.#length++] = ids[i] as number;
    this.#ends[this.#count++] = this.#length;
  }

  finished(): IdColumn {
    return { bytes: this.#bytes.subarray(0, this.#length), ends: this.#ends.subarray(0, this.#count) };
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
