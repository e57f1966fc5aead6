import { NumbersByText } from '../columns/index.ts';
import {
  canonicalJson,
  type EntityId,
  type Policy,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';

/** Connections before a share means anything. */
const ENOUGH = 20;
/** Both counts are halved here: old traffic fades, and the memory stays two integers. */
const HALVED_AT = 1_024;
const STEP = 0.1;
/** How far beyond a step's middle the share must move before another is published: nothing flaps. */
const HYSTERESIS = 0.03;

/*
 * An entity's counts in one small integer: the connections (10 bits), those covered (10 bits), and the tenths
 * published (4 bits, one more than they are; 0: none yet).
 */
const COVERED_SHIFT = 4;
const TOTAL_SHIFT = 14;
const COUNT_MASK = 0x3ff;
const TENTHS_MASK = 0xf;
/** Numbers per page where they are written down. */
const PAGE = 1_024;

interface Adopted {
  readonly placed: number;
  readonly before: number;
}

/** Per entity the share of connections about which some policy speaks. */
export class Coverage implements Stateful {
  #entities = new NumbersByText();

  /** `true` when the published share changed. */
  observe(entity: EntityId, covered: boolean): boolean {
    const counts = this.#countsOf(entity);
    const sums = summed(totalIn(counts) + 1, coveredIn(counts) + (covered ? 1 : 0));
    const published = publishedAfter(sums, counts & TENTHS_MASK);
    this.#entities.set(entity, sums | published);
    return published !== (counts & TENTHS_MASK);
  }

  /** 0…1 in tenths; `null` while too little was seen. The gap `traffic_not_covered` is what lacks to 1. */
  shareOf(entity: EntityId): number | null {
    return shareIn(this.#countsOf(entity));
  }

  /** Policies that speak of something else (`speakOfTheSame`): what was counted under the old ones says nothing. */
  restart(): void {
    this.#entities = new NumbersByText();
  }

  /** Takes the entity's counts out, to be given to the identity that it turned out to be; 0 where nothing was counted. */
  release(entity: EntityId): number {
    const counts = this.#countsOf(entity);
    this.#entities.delete(entity);
    return counts;
  }

  /** What was seen of the one was seen of the other. Gives what stands now, and what stood before it, for `disown`. */
  adopt(entity: EntityId, counts: number): Adopted {
    const before = this.#countsOf(entity);
    const placed = before === 0 || counts === 0 ? before || counts : joined(before, counts);
    this.#put(entity, placed);
    return { placed, before };
  }

  /** Takes back what was adopted; what was seen since stays. */
  disown(entity: EntityId, { placed, before }: Adopted): void {
    const counts = this.#countsOf(entity);
    if (counts === placed) return this.#put(entity, before);
    const more = totalIn(counts) - totalIn(placed);
    const coveredMore = coveredIn(counts) - coveredIn(placed);
    // Halved since then, what is whose cannot be told any more: it fades as old traffic does.
    if (more < 0 || coveredMore < 0 || coveredMore > more) return;
    const sums = summed(totalIn(before) + more, coveredIn(before) + coveredMore);
    this.#put(entity, sums | publishedAfter(sums, before & TENTHS_MASK));
  }

  snapshot(): unknown {
    const entities = [...this.#entities.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    return entities.map(([entity, counts]) => [
      entity,
      { covered: coveredIn(counts), total: totalIn(counts), published: shareIn(counts) },
    ]);
  }

  save(to: StateWriter): void {
    this.#entities.save(to.part('shares'));
  }

  load(from: StateReader): void {
    if (from.has('shares')) return this.#entities.load(from.part('shares'));
    // As a state of version 1 has it.
    const pages = from.column('counts', 'u32', PAGE);
    let row = 0;
    for (const entity of from.texts('entities')) {
      this.#entities.set(entity, pages[Math.floor(row / PAGE)]?.[row % PAGE] ?? 0);
      row++;
    }
  }

  #countsOf(entity: EntityId): number {
    return this.#entities.get(entity) ?? 0;
  }

  #put(entity: EntityId, counts: number): void {
    if (counts === 0) this.#entities.delete(entity);
    else this.#entities.set(entity, counts);
  }
}

/** Whether two sets of policies speak about just the same connections: what they decide, and in which mode, is no part of it. */
export function speakOfTheSame(a: readonly Policy[], b: readonly Policy[]): boolean {
  return new Set(a.map(spokenOf)).symmetricDifference(new Set(b.map(spokenOf))).size === 0;
}

/** Fields may stand in another order in what a snapshot gives back. */
function spokenOf({ subject, destination, times }: Policy): string {
  return canonicalJson([subject, destination, times]);
}

function totalIn(counts: number): number {
  return counts >>> TOTAL_SHIFT;
}

function coveredIn(counts: number): number {
  return (counts >>> COVERED_SHIFT) & COUNT_MASK;
}

function shareIn(counts: number): number | null {
  const published = counts & TENTHS_MASK;
  return published === 0 ? null : (published - 1) / Math.round(1 / STEP);
}

/** So many connections, with nothing published yet. */
function summed(total: number, covered: number): number {
  if (total >= HALVED_AT) {
    const half = Math.floor(total / 2);
    return summed(half, Math.min(half, Math.round(covered / 2)));
  }
  return (total << TOTAL_SHIFT) | (covered << COVERED_SHIFT);
}

/** The counts of two identities that are one; where the one had nothing published, the other's share goes on. */
function joined(a: number, b: number): number {
  const sums = summed(totalIn(a) + totalIn(b), coveredIn(a) + coveredIn(b));
  return sums | publishedAfter(sums, a & TENTHS_MASK || b & TENTHS_MASK);
}

/** What is to be published of these sums after what was: in tenths, one more than they are. */
function publishedAfter(sums: number, before: number): number {
  const total = totalIn(sums);
  if (total < ENOUGH) return before;
  const share = coveredIn(sums) / total;
  if (before !== 0 && Math.abs(share - (shareIn(before) ?? 0)) <= STEP / 2 + HYSTERESIS) return before;
  return Math.round(share / STEP) + 1;
}
