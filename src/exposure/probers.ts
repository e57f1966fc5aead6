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

  constructor(capacity: number = LIMITS.rememberedProbers) {
    this.#capacity = capacity;
    // Row 0 stays empty, as text 0 is none.
    this.#rows.add();
  }

  /** @param target the address and port that were tried */
  observe(
    source: Address,
    target: { readonly address: Address; readonly port: number | null },
    { outcome, time }: { readonly outcome: Outcome; readonly time: EpochMs },
  ): void {
    const row = this.#rowOf(source, time);
    if (time > this.#last.at(row)) this.#last.set(row, time);
    if (!this.#meets(row, hashOf(target.address, target.port ?? 0))) return;
    // A verdict stands: who scanned is no honest client for its next answer.
    if (this.#odds.at(row) >= SCAN) return;
    const step = outcome === 'unknown' ? STEP / 2 : STEP;
    const odds = this.#odds.at(row) + (outcome === 'established' ? -step : step);
    this.#odds.set(row, Math.max(BENIGN, odds));
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
    this.#order.remove(row);
    this.#sources.release(row);
    this.#rows.remove(row);
  }
}

/** FNV-1a (Fowler, Noll, Vo) over the address and the port. */
function hashOf(address: string, port: number): number {
  let hash = 0x81_1c_9d_c5;
  for (let i = 0; i < address.length; i++) hash = Math.imul(hash ^ address.charCodeAt(i), 0x01_00_01_93);
  hash = Math.imul(hash ^ (port & 0xff), 0x01_00_01_93);
  return Math.imul(hash ^ (port >> 8), 0x01_00_01_93) >>> 0;
}
