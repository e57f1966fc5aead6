import { NO_ROW, runLength, Runs, SideRows, type Table } from '../../columns/index.ts';
import {
  type Detection,
  type EpochMs,
  HOUR_MS,
  type Role,
  type SealedName,
  type StateReader,
  type StateWriter,
} from '../../model/index.ts';
import { asksAs, type Inquiry } from '../inquiry.ts';
import type { Question } from '../question.ts';
import { combine } from '../surprise.ts';
import { confidenceOf, evidenceOf } from './detection.ts';
import type { QuestionDetector } from './detector.ts';
import { DistinctSums } from './distinct-sums.ts';
import { isOfMachines, markOfDomain, markOfName } from './name-marks.ts';
import { serviceWeight } from './service-weight.ts';

/** Domains watched of one entity at a time: with their registers, 1.7 kB. */
const MOST_DOMAINS = 16;
/** Shorter names of ordinary types are passed over: nobody gets far with them, and browsing is full of them. */
const LEAST_CHARACTERS = 12;
/** Below so many names there is nothing to speak of. */
const LEAST_NAMES = 8;
/** The mark of all names that stand under no public suffix: each is a domain of its own. */
const NO_DOMAIN = 1;
/** An hour of one entity and one domain at most so probable is told. */
const TOLD_BELOW = 1e-5;
/** No family decides alone, however far it goes: at this, the others have to say something too. */
const LEAST_PROBABLE = 1e-6;
/** Benign mean lengths of what stands before the domain: exponential, this many characters (docs/detectors). */
const ORDINARY_LENGTH = 8;
/** Of benign hours and domains, those with a name of a rare type, and how much rarer each further name makes it. */
const RARE_TYPE_SHARE = 0.01;
const RARE_TYPE_RATIO = 0.5;
/** So much that goes out is more than commands: ATT&CK's name for it is exfiltration. */
const EXFILTRATION_CHARACTERS = 10_000;
const ORDINARY_TYPES: ReadonlySet<string> = new Set(
  'A AAAA PTR SRV SOA NS HTTPS SVCB NAPTR DS DNSKEY NB NBSTAT'.split(' '),
);
/** They ask for others; a scanner or monitor asks for whatever there is. */
const EXPECTED_ROLES: ReadonlySet<Role> = new Set<Role>(['nat', 'proxy', 'scanner', 'monitoring']);

/** What an entity asked of one domain within an hour. Distinct names only. */
export interface AskedOfDomain {
  readonly names: number;
  /** Of what stands before the domain, in all names together. */
  readonly characters: number;
  /** Names that were asked for by a type that hosts seldom ask for: TXT, NULL, CNAME, MX … */
  readonly rareNames: number;
  /** Entities of the fleet that ask of it, this one among them. */
  readonly askers: number;
}

/**
 * How probable it is that an ordinary entity asks so of an ordinary domain. Three families that have little to do with
 * each other are combined: how many names, how long they are, and of which types.
 */
export function ordinariness({ names, characters, rareNames, askers }: AskedOfDomain): number {
  const many = 1 / Math.max(1, names) ** 2;
  const long = Math.exp(-characters / Math.max(1, names) / ORDINARY_LENGTH);
  const rare = rareNames < 1 ? 1 : RARE_TYPE_SHARE * RARE_TYPE_RATIO ** (rareNames - 1);
  const weight = serviceWeight(askers);
  return combine([many, long, rare].map((p) => Math.max(LEAST_PROBABLE, p) ** (1 / weight)));
}

/** Data carried in the names that are asked for. ATT&CK T1071.004; T1048.003 where much of it goes out. */
export class DnsTunnel implements QuestionDetector<DnsTunnel> {
  readonly #watched: SideRows;
  readonly #begin;
  readonly #size;
  /** One per entity and domain, side by side. */
  readonly #places = new Runs();
  readonly #domain = this.#places.u32('domain');
  readonly #since = this.#places.f64('since');
  readonly #told = this.#places.f32('told');
  /** Characters, and names of rare types. */
  readonly #names = new DistinctSums(this.#places, ['characters', 'rare']);

  constructor(rows: Table) {
    this.#watched = new SideRows(rows, 'dns_tunnel');
    this.#begin = this.#watched.table.u32('begin');
    this.#size = this.#watched.table.u8('size');
  }

  concerns(inquiry: Inquiry): boolean {
    const { question } = inquiry;
    return mayCarry(question) && !question.forwards && !asksAs(inquiry, EXPECTED_ROLES);
  }

  observe({ row, question, contactsWith }: Inquiry): Detection | null {
    const { name, time } = question;
    const isBare = hasNoDomain(name);
    const place = this.#placeOf(row, isBare ? NO_DOMAIN : markOfDomain(name), time);
    const characters = name.labels.length + (isBare ? name.domain.length : 0);
    const isNew = this.#names.add(place, isBare ? markOfDomain(name) : markOfName(name), [
      characters,
      isRareType(question.type) ? 1 : 0,
    ]);
    const names = Math.round(this.#names.count(place));
    if (!isNew || names < LEAST_NAMES || names < 2 * this.#told.at(place)) return null;
    const asked = {
      names,
      characters: this.#names.sum(place, 0),
      rareNames: this.#names.sum(place, 1),
      askers: isBare ? 1 : question.askers,
    };
    const probability = ordinariness(asked);
    // Who connects to what it asked for wanted addresses, not answers; one connection may serve several names.
    if (probability > TOLD_BELOW || (!isBare && 2 * contactsWith(name.domain) >= names)) return null;
    this.#told.set(place, names);
    return describe(question, asked, probability, isBare);
  }

  forget(row: number, now: EpochMs): void {
    const watched = this.#watched.at(row);
    if (watched === NO_ROW) return;
    // An hour more than it counts: a clock that was ahead for a moment forgets nothing.
    for (let i = this.#size.at(watched) - 1; i >= 0; i--) {
      if (now - this.#since.at(this.#begin.at(watched) + i) >= 2 * HOUR_MS) this.#drop(watched, i);
    }
    if (this.#size.at(watched) === 0) this.#watched.end(row);
  }

  end(row: number): void {
    const watched = this.#watched.at(row);
    if (watched === NO_ROW) return;
    while (this.#size.at(watched) > 0) this.#drop(watched, this.#size.at(watched) - 1);
    this.#watched.end(row);
  }

  askAgain(row: number): void {
    const watched = this.#watched.at(row);
    if (watched === NO_ROW) return;
    const begin = this.#begin.at(watched);
    for (let place = begin; place < begin + this.#size.at(watched); place++) this.#told.set(place, 0);
  }

  moveTo(other: DnsTunnel, row: number, otherRow: number): void {
    const moved = this.#watched.moveTo(other.#watched, row, otherRow);
    if (moved === null) return;
    const [begin, size] = [this.#begin.at(moved.from), this.#size.at(moved.from)];
    const otherBegin = other.#places.add(runLength(size));
    other.#begin.set(moved.to, otherBegin);
    for (let i = 0; i < size; i++) {
      this.#places.copyTo(other.#places, begin + i, otherBegin + i);
      this.#names.moveTo(other.#names, begin + i, otherBegin + i);
    }
  }

  save(to: StateWriter): void {
    this.#watched.save(to.part('watched'));
    this.#places.save(to.part('domains'));
    this.#names.save(to.part('names'));
  }

  load(from: StateReader): void {
    this.#watched.load(from.part('watched'));
    this.#places.load(from.part('domains'));
    this.#names.load(from.part('names'));
  }

  /** Where a domain is watched, with what was asked of it within this hour. */
  #placeOf(row: number, domain: number, time: EpochMs): number {
    const watched = this.#watched.make(row);
    const [begin, size] = [this.#begin.at(watched), this.#size.at(watched)];
    for (let place = begin; place < begin + size; place++) {
      if (this.#domain.at(place) !== domain) continue;
      if (Math.abs(time - this.#since.at(place)) >= HOUR_MS) this.#startAnew(place, domain, time);
      return place;
    }
    const place = size < MOST_DOMAINS ? this.#onePlaceMore(watched) : this.#leastAt(watched, time);
    this.#startAnew(place, domain, time);
    return place;
  }

  #startAnew(place: number, domain: number, time: EpochMs): void {
    this.#names.clear(place);
    this.#domain.set(place, domain);
    this.#since.set(place, time);
    this.#told.set(place, 0);
  }

  #onePlaceMore(watched: number): number {
    const [begin, size] = [this.#begin.at(watched), this.#size.at(watched)];
    this.#size.set(watched, size + 1);
    const length = size === 0 ? 0 : runLength(size);
    if (size < length) return begin + size;
    const longer = runLength(size + 1);
    const grown = size === 0 ? this.#places.add(longer) : this.#places.resize(begin, length, longer);
    this.#begin.set(watched, grown);
    return grown + size;
  }

  /** Whose hour is over, else of which least is known: what carries data is never the one that gives way. */
  #leastAt(watched: number, time: EpochMs): number {
    const begin = this.#begin.at(watched);
    let least = begin;
    for (let place = begin; place < begin + MOST_DOMAINS; place++) {
      if (Math.abs(time - this.#since.at(place)) >= HOUR_MS) return place;
      if (this.#names.sum(place, 0) < this.#names.sum(least, 0)) least = place;
    }
    return least;
  }

  /** The last one takes the place of one that leaves. */
  #drop(watched: number, nth: number): void {
    const [begin, size] = [this.#begin.at(watched), this.#size.at(watched)];
    const last = begin + size - 1;
    this.#names.clear(begin + nth);
    if (begin + nth !== last) this.#places.copy(last, begin + nth);
    const length = runLength(size);
    const left = size - 1;
    this.#size.set(watched, left);
    if (left === 0) {
      this.#places.remove(begin, length);
    } else if (runLength(left) < length) {
      this.#begin.set(watched, this.#places.resize(begin, length, runLength(left)));
    } else {
      for (const column of [this.#domain, this.#since, this.#told]) column.set(last, 0);
      this.#names.forgetMoved(last);
    }
  }
}

/** Whether data may be in it at all. Look-ups of addresses in block lists carry nothing but the address. */
function mayCarry({ name, type }: Question): boolean {
  if (isOfMachines(name)) return false;
  if (hasNoDomain(name)) return name.labels.count > 0;
  const isLong = name.labels.length >= LEAST_CHARACTERS || (isRareType(type) && name.labels.count > 0);
  return isLong && !looksUpAddress(name);
}

/** `dnscat.0a1b2c…` is all data: it stands under no public suffix. */
function hasNoDomain({ domain }: SealedName): boolean {
  return !domain.includes('.');
}

/** Reversed addresses below a block list (RFC 5782): octets or hex digits as labels, and a few short words. */
function looksUpAddress({ labels: { count, length } }: SealedName): boolean {
  return count >= 4 && length <= 4.5 * count && length <= 40;
}

function isRareType(type: string | null): boolean {
  return type !== null && !ORDINARY_TYPES.has(type);
}

function describe(
  question: Question,
  { names, characters, rareNames }: AskedOfDomain,
  probability: number,
  isBare: boolean,
): Detection {
  const mean = Math.round(characters / names);
  const share = Math.min(100, Math.round((100 * rareNames) / names));
  const where = isBare ? 'that belong to no domain' : 'below one domain';
  const observed = `about ${names} different names ${where}, ${mean} characters each, ${share} % by record types that carry data`;
  const text = `Device may be carrying data in DNS: ${observed}, within an hour`;
  return {
    type: 'dns_tunnel',
    at: question.time,
    severity: 'high',
    confidence: confidenceOf(-Math.log10(probability), -Math.log10(TOLD_BELOW), 0.7),
    description: text,
    technique: characters >= EXFILTRATION_CHARACTERS ? 'T1048.003' : 'T1071.004',
    expected: 'few and short names below one domain, asked for by address types',
    observed,
    evidence: [evidenceOf(question, text, names, isBare ? question.server : question.name.domain)],
  };
}
