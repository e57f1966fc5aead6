import { PackedTexts, Table } from '../columns/index.ts';
import {
  type Address,
  type EpochMs,
  LIMITS,
  type Outcome,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import { OldestFirst } from './oldest-first.ts';

/** What is known of an outsider who tries our machines. */
export interface Probing {
  /** Places (a machine's port) that it tried; one that it comes back to after eight others counts again. */
  readonly targets: number;
  readonly first: EpochMs;
  readonly last: EpochMs;
  /** It has tried so many in vain that chance does not explain it. */
  readonly isScan: boolean;
}

/** A place that was tried, with the mark of its address (`markOf`), which is asked for often and never changes. */
export interface ProbedPlace {
  readonly mark: number;
  readonly port: number | null;
}

/** A source as remembered now, never 0. When it is forgotten, no other one ever has the same handle. */
export type ProberHandle = number;

/** What became of it, and when. */
interface Tried {
  readonly outcome: Outcome;
  readonly time: EpochMs;
}

/** A handle is a row and how often the row was given away before: 20 bits for more rows than there are, 32 for the times. */
const ROWS = 2 ** 20;

/**
 * Threshold random walk (Jung, Paxson, Berger, Balakrishnan 2004): each first contact with a target moves the odds that
 * its source scans. A benign first contact succeeds four times of five, a scanner's once of five. Of what became of it unknown, half is believed.
 */
const STEP = Math.log(0.8 / 0.2);
/** At most one false alarm for ninety-nine true ones. */
const SCAN = Math.log(99);
const BENIGN = -SCAN;
/** Targets of a source that are remembered: those of late are told apart, and a scan shows within a few. */
const TARGETS = 8;

/**
 * Outsiders who try machines of ours: the noise of the Internet, told per source, so that it raises no alarm for each.
 * Bounded: the source unseen longest is forgotten first.
 */
export class Probers implements Stateful {
  readonly #capacity: number;
  readonly #sources = new PackedTexts();
  readonly #rows = new Table();
  readonly #odds = this.#rows.f32('odds');
  readonly #targets = this.#rows.u16('targets');
  readonly #first = this.#rows.f64('first');
  readonly #last = this.#rows.f64('last');
  /** The targets that it met last, as hashes. */
  readonly #met = Array.from({ length: TARGETS }, (_, i) => this.#rows.u32(`met_${i}`));
  readonly #order = new OldestFirst(this.#rows);
  /** How often a row was given away since the start; made when there is no more room. It guards handles, and is no state. */
  #givenAway = new Uint32Array(0);

  constructor(capacity: number = LIMITS.rememberedProbers) {
    this.#capacity = capacity;
    // Row 0 stays empty, as text 0 is none.
    this.#rows.add();
  }

  /** @returns by which to tell of the source again without its text */
  observe(source: Address, target: ProbedPlace, tried: Tried): ProberHandle {
    const row = this.#rowOf(source, tried.time);
    this.#note(row, target, tried);
    return (this.#givenAway[row] ?? 0) * ROWS + row;
  }

  /** The same source again. `false`, and nothing is noted, where it was forgotten: observe it by its address. */
  observeAgain(handle: ProberHandle, target: ProbedPlace, tried: Tried): boolean {
    const row = handle % ROWS;
    if (row === 0 || (this.#givenAway[row] ?? 0) !== (handle - row) / ROWS) return false;
    this.#order.renew(row);
    this.#note(row, target, tried);
    return true;
  }

  /** `null` for one that is not remembered. */
  of(source: string): Probing | null {
    const row = this.#sources.find(source);
    if (row === 0) return null;
    return {
      targets: this.#targets.at(row),
      first: this.#first.at(row),
      last: this.#last.at(row),
      isScan: this.#odds.at(row) >= SCAN,
    };
  }

  /** Sources that scan, as far as they are remembered. */
  *scanning(): Iterable<string> {
    for (const row of this.#order.all()) if (this.#odds.at(row) >= SCAN) yield this.#sources.at(row);
  }

  save(to: StateWriter): void {
    this.#order.save(to.part('order'));
    this.#sources.save(to.part('sources'));
    this.#rows.save(to.part('rows'));
  }

  load(from: StateReader): void {
    this.#order.load(from.part('order'));
    this.#sources.load(from.part('sources'));
    this.#rows.load(from.part('rows'));
  }

  #note(row: number, target: ProbedPlace, { outcome, time }: Tried): void {
    if (time > this.#last.at(row)) this.#last.set(row, time);
    if (!this.#meets(row, hashOf(target))) return;
    // A verdict stands: who scanned is no honest client for its next answer.
    if (this.#odds.at(row) >= SCAN) return;
    const step = outcome === 'unknown' ? STEP / 2 : STEP;
    const odds = this.#odds.at(row) + (outcome === 'established' ? -step : step);
    this.#odds.set(row, Math.max(BENIGN, odds));
  }

  #rowOf(source: Address, time: EpochMs): number {
    const known = this.#sources.find(source);
    if (known !== 0) {
      this.#order.renew(known);
      return known;
    }
    if (this.#sources.size >= this.#capacity) this.#forget(this.#order.oldest);
    const row = this.#rows.add();
    // Both give the number freed last, else the next one: they never part.
    if (this.#sources.hold(source) !== row) throw new Error(`probers: ${source} is not in row ${row}`);
    this.#first.set(row, time);
    this.#last.set(row, time);
    this.#order.append(row);
    return row;
  }

  /** Whether a target is none of those of late; then it is one of them. */
  #meets(row: number, target: number): boolean {
    const targets = this.#targets.at(row);
    for (let place = 0; place < Math.min(targets, TARGETS); place++) {
      if (this.#met[place]?.at(row) === target) return false;
    }
    this.#met[targets % TARGETS]?.set(row, target);
    this.#targets.set(row, targets === 65_535 ? targets : targets + 1);
    return true;
  }

  #forget(row: number): void {
    if (this.#givenAway.length === 0) this.#givenAway = new Uint32Array(this.#capacity + 1);
    this.#givenAway[row] = (this.#givenAway[row] ?? 0) + 1;
    this.#order.remove(row);
    this.#sources.release(row);
    this.#rows.remove(row);
  }
}

/** FNV-1a (Fowler, Noll, Vo) over an address. */
export function markOf(address: Address): number {
  let mark = 0x81_1c_9d_c5;
  for (let i = 0; i < address.length; i++) mark = Math.imul(mark ^ address.charCodeAt(i), 0x01_00_01_93);
  return mark;
}

/** The same, gone on with over the port. */
function hashOf({ mark, port }: ProbedPlace): number {
  const number = port ?? 0;
  const hash = Math.imul(mark ^ (number & 0xff), 0x01_00_01_93);
  return Math.imul(hash ^ (number >> 8), 0x01_00_01_93) >>> 0;
}
