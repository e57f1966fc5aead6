import {
  Runs,
  Texts,
  type Float64Column,
  type Uint16Column,
  type Uint32Column,
  type Uint8Column,
} from '../columns/index.ts';
import {
  type EpochMs,
  type FactorName,
  type Millipoints,
  millipoints,
  RISK_LEVELS,
  rank,
  type RiskLevel,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../model/index.ts';
import type { RiskReason } from '../scoring/index.ts';
import type { EntityRows } from './entity-rows.ts';
import { StandingFlags } from './standing-flags.ts';
import type { Standing, StandingFactor } from './standing.ts';
import type { Remembered } from './stood.ts';
import type { Weighing } from './weighing.ts';

/** The standings of a partition's entities, in columns. */
export class Standings implements Stateful, Remembered {
  readonly flags: StandingFlags;
  readonly #score: Uint32Column;
  readonly #at: Float64Column;
  readonly #weight: Uint32Column;
  readonly #confidence: Uint16Column;
  readonly #type: Uint16Column;
  readonly #reason: Uint8Column;
  /** Risk level and band level, two bits each. */
  readonly #levels: Uint8Column;
  readonly #first: Uint32Column;
  readonly #count: Uint8Column;
  readonly #types = new Texts();
  /** Names of factors and of anomaly types. Kept with the state, so that their order in the code is of no consequence. */
  readonly #names = new Texts();
  readonly #factors = new Runs();
  readonly #name = this.#factors.u8('name');
  readonly #thousandths = this.#factors.u16('thousandths');
  readonly #milliPoints = this.#factors.u32('milliPoints');
  readonly #since = this.#factors.f64('since');

  constructor({ table }: EntityRows) {
    this.flags = new StandingFlags(table);
    this.#score = table.u32('score');
    this.#at = table.f64('settledAt');
    this.#weight = table.u32('weight');
    this.#confidence = table.u16('confidence');
    this.#type = table.u16('type');
    this.#reason = table.u8('reason');
    this.#levels = table.u8('levels');
    this.#first = table.u32('firstFactor');
    this.#count = table.u8('factors');
  }

  has(row: number): boolean {
    return this.flags.has(row, 'standing');
  }

  /** `null` for a row that was never settled. */
  at(row: number): Standing | null {
    return this.has(row) ? this.stood(row) : null;
  }

  /** Of a row that was settled. */
  stood(row: number): Standing {
    return {
      scoreExact: this.score(row),
      level: this.level(row),
      reason: this.#reasonOf(row),
      bandLevel: this.bandLevel(row),
      confidence: this.#confidence.at(row),
      weight: this.#weight.at(row),
      type: this.#types.at(this.#type.at(row)),
      isEnrolled: this.flags.has(row, 'enrolled'),
      isDevice: this.flags.has(row, 'device'),
      isRuled: this.flags.has(row, 'ruled'),
      isDenied: this.flags.has(row, 'denied'),
      isConfinable: this.flags.has(row, 'confinable'),
      factors: this.factors(row),
      at: this.#at.at(row),
    };
  }

  put(row: number, standing: Standing): void {
    this.#score.set(row, standing.scoreExact);
    this.#levels.set(row, rank(RISK_LEVELS, standing.level) | (rank(RISK_LEVELS, standing.bandLevel) << 2));
    this.#reason.set(row, standing.reason === null ? 0 : this.#nameNumber(standing.reason));
    this.#confidence.set(row, standing.confidence);
    this.#weight.set(row, standing.weight);
    const type = this.#types.hold(standing.type);
    this.#types.release(this.#type.at(row));
    this.#type.set(row, type);
    this.flags.set(row, 'standing', true);
    this.flags.set(row, 'enrolled', standing.isEnrolled);
    this.flags.set(row, 'device', standing.isDevice);
    this.flags.set(row, 'ruled', standing.isRuled);
    this.flags.set(row, 'denied', standing.isDenied);
    this.flags.set(row, 'confinable', standing.isConfinable);
    this.#putFactors(row, standing.factors);
    this.#at.set(row, standing.at);
  }

  /** To be called before its row is given up. */
  clear(row: number): void {
    this.#types.release(this.#type.at(row));
    this.#type.set(row, 0);
    this.#makeRoom(row, 0);
    this.flags.set(row, 'standing', false);
  }

  /** Settled again, with nothing to publish. */
  confirm(row: number, at: EpochMs): void {
    this.#at.set(row, at);
  }

  settledAt(row: number): EpochMs {
    return this.#at.at(row);
  }

  /** The level of its band; `null` for a row that was never settled. */
  band(row: number): RiskLevel | null {
    return this.has(row) ? this.bandLevel(row) : null;
  }

  /** By what it is ordered among those at risk. */
  risk(row: number): Pick<Standing, 'level' | 'isEnrolled' | 'scoreExact'> {
    return {
      level: this.level(row),
      isEnrolled: this.flags.has(row, 'enrolled'),
      scoreExact: this.score(row),
    };
  }

  score(row: number): Millipoints {
    return millipoints(this.#score.at(row));
  }

  level(row: number): RiskLevel {
    return RISK_LEVELS[this.#levels.at(row) & 3] ?? 'low';
  }

  weight(row: number): number {
    return this.#weight.at(row);
  }

  bandLevel(row: number): RiskLevel {
    return RISK_LEVELS[this.#levels.at(row) >> 2] ?? 'low';
  }

  /** Whether these are what the row says. */
  weighs(row: number, { weight, type, confidence, isRuled, isDenied, isConfinable }: Weighing): boolean {
    return (
      this.flags.has(row, 'ruled') === isRuled &&
      this.flags.has(row, 'denied') === isDenied &&
      this.flags.has(row, 'confinable') === isConfinable &&
      this.#weight.at(row) === weight &&
      this.#confidence.at(row) === confidence &&
      this.#types.at(this.#type.at(row)) === type
    );
  }

  factors(row: number): StandingFactor[] {
    const factors: StandingFactor[] = [];
    const first = this.#first.at(row);
    for (let i = first; i < first + this.#count.at(row); i++) {
      factors.push({
        name: this.#names.at(this.#name.at(i)) as FactorName,
        p: this.#thousandths.at(i) / 1_000,
        since: this.#since.at(i),
        milliPoints: this.#milliPoints.at(i),
      });
    }
    return factors;
  }

  factorCount(row: number): number {
    return this.#count.at(row);
  }

  /** How many of the rows that are meant have each factor. */
  countFactors(rows: Iterable<number>, isMeant: (row: number) => boolean): Map<FactorName, number> {
    const counts: number[] = [];
    for (const row of rows) {
      if (!isMeant(row)) continue;
      const first = this.#first.at(row);
      for (let i = first; i < first + this.#count.at(row); i++) {
        const name = this.#name.at(i);
        counts[name] = (counts[name] ?? 0) + 1;
      }
    }
    return new Map(
      [...counts.entries()].flatMap(([name, count]) =>
        count === undefined ? [] : [[this.#names.at(name) as FactorName, count] as const],
      ),
    );
  }

  /** What was published of a factor; 0 where it is not. */
  published(row: number, name: FactorName): number {
    const at = this.#find(row, name);
    return at === -1 ? 0 : this.#thousandths.at(at) / 1_000;
  }

  /** When a published factor first appeared; `null` where it is not. */
  since(row: number, name: FactorName): EpochMs | null {
    const at = this.#find(row, name);
    return at === -1 ? null : this.#since.at(at);
  }

  save(to: StateWriter): void {
    this.#types.save(to.part('types'));
    this.#names.save(to.part('names'));
    this.#factors.save(to.part('factors'));
  }

  load(from: StateReader): void {
    this.#types.load(from.part('types'));
    this.#names.load(from.part('names'));
    this.#factors.load(from.part('factors'));
  }

  #find(row: number, name: FactorName): number {
    const first = this.#first.at(row);
    const end = first + this.#count.at(row);
    for (let i = first; i < end; i++) if (this.#names.at(this.#name.at(i)) === name) return i;
    return -1;
  }

  #reasonOf(row: number): RiskReason | null {
    const number = this.#reason.at(row);
    return number === 0 ? null : (this.#names.at(number) as RiskReason);
  }

  /** The vocabulary is small and never given up. */
  #nameNumber(name: string): number {
    return this.#names.find(name) || this.#names.hold(name);
  }

  #putFactors(row: number, factors: readonly StandingFactor[]): void {
    const first = this.#makeRoom(row, factors.length);
    for (const [i, { name, p, since, milliPoints }] of factors.entries()) {
      this.#name.set(first + i, this.#nameNumber(name));
      this.#thousandths.set(first + i, Math.round(p * 1_000));
      this.#since.set(first + i, since);
      this.#milliPoints.set(first + i, milliPoints);
    }
  }

  #makeRoom(row: number, count: number): number {
    const before = runLength(this.#count.at(row));
    const after = runLength(count);
    let first = this.#first.at(row);
    if (before !== after) {
      if (before > 0) this.#factors.remove(first, before);
      first = after > 0 ? this.#factors.add(after) : 0;
      this.#first.set(row, first);
    }
    this.#count.set(row, count);
    return first;
  }
}

/** The shortest run that holds so many. */
function runLength(count: number): number {
  return count === 0 ? 0 : 2 ** Math.ceil(Math.log2(count));
}
