import { type Anomaly, type FactorName, RISK_LEVELS, rank } from '../model/index.ts';
import { FleetAggregate, type FleetFigures, type FleetValue } from '../scoring/index.ts';
import { type Picture, shareOf } from './picture.ts';

export type Basis = 'enrolled' | 'discovered' | 'none';

/** A device at risk, by its number. */
export interface AtRisk {
  readonly entity: number;
  /** Rank in RISK_LEVELS. */
  readonly level: number;
  readonly scoreExact: number;
  readonly isEnrolled: boolean;
}

interface Written {
  readonly enrolled: FleetFigures;
  readonly discovered: FleetFigures;
  readonly confidence: readonly [enrolled: number, discovered: number];
  readonly devices: readonly [enrolled: number, discovered: number];
  readonly having: readonly (readonly [FactorName, number])[];
  /** Absent in what older releases wrote. */
  readonly havingEnrolled?: readonly (readonly [FactorName, number])[];
  /** Absent in what older releases wrote: none of their pictures says it. */
  readonly reach?: readonly [ruled: number, denied: number, confinable: number];
  readonly atRisk: readonly (readonly [number, number, number, 0 | 1])[];
  readonly open: readonly (readonly [string, string | null])[];
  /** Absent in what releases up to 0.9.0 wrote: there what was open of a forgotten one stayed open. */
  readonly endsWithForgotten?: true;
}

/** The fleet's sums at one moment of its history, moved forward by each change. */
export class FleetStanding {
  readonly #aggregates: Record<'enrolled' | 'discovered', FleetAggregate>;
  readonly #confidence = { enrolled: 0, discovered: 0 };
  readonly #devices = { enrolled: 0, discovered: 0 };
  readonly #reach = { ruled: 0, denied: 0, confinable: 0 };
  readonly #having: Map<FactorName, number>;
  /** `null` where an older release did not count them. */
  readonly #havingEnrolled: Map<FactorName, number> | null;
  readonly #atRisk = new Map<number, AtRisk>();
  /** Open anomalies and the incident that each belongs to. */
  readonly #open: Map<string, string | null>;
  #endsWithForgotten: boolean;

  private constructor(written: Written | null) {
    this.#aggregates = {
      enrolled: written === null ? new FleetAggregate() : FleetAggregate.of(written.enrolled),
      discovered: written === null ? new FleetAggregate() : FleetAggregate.of(written.discovered),
    };
    this.#having = new Map(written?.having);
    this.#havingEnrolled =
      written !== null && written.havingEnrolled === undefined ? null : new Map(written?.havingEnrolled);
    this.#open = new Map(written?.open);
    this.#endsWithForgotten = written?.endsWithForgotten ?? false;
    if (written === null) return;
    [this.#confidence.enrolled, this.#confidence.discovered] = written.confidence;
    [this.#devices.enrolled, this.#devices.discovered] = written.devices;
    const [ruled = 0, denied = 0, confinable = 0] = written.reach ?? [];
    Object.assign(this.#reach, { ruled, denied, confinable });
    for (const [entity, level, scoreExact, enrolled] of written.atRisk) {
      this.#atRisk.set(entity, { entity, level, scoreExact, isEnrolled: enrolled === 1 });
    }
  }

  static empty(): FleetStanding {
    return new FleetStanding(null);
  }

  static from(body: string): FleetStanding {
    return new FleetStanding(JSON.parse(body) as Written);
  }

  change(entity: number, before: Picture | null, after: Picture | null): void {
    if (before !== null) this.#count(before, -1);
    if (after !== null) this.#count(after, 1);
    if (after === null) this.#atRisk.delete(entity);
    else if (this.#atRisk.has(entity)) this.#atRisk.set(entity, atRisk(entity, after));
  }

  /** A device came among those at risk, as this picture shows it, or left them. */
  noteAtRisk(entity: number, isAtRisk: boolean, picture: Picture | null): void {
    if (isAtRisk && picture !== null) this.#atRisk.set(entity, atRisk(entity, picture));
    else this.#atRisk.delete(entity);
  }

  noteAnomaly({ id, status, incidentId }: Pick<Anomaly, 'id' | 'status' | 'incidentId'>): void {
    if (status === 'closed') this.#open.delete(id);
    else this.#open.set(id, incidentId);
  }

  /** Ends, once for all, what an older release left open of entities that were forgotten. */
  endForgotten(allOpen: () => Iterable<string>): void {
    if (this.#endsWithForgotten) return;
    const open = new Set(this.#open.size === 0 ? [] : allOpen());
    for (const id of this.#open.keys()) if (!open.has(id)) this.#open.delete(id);
    this.#endsWithForgotten = true;
  }

  get basis(): Basis {
    if (this.#aggregates.enrolled.read().entities > 0) return 'enrolled';
    return this.#aggregates.discovered.read().entities > 0 ? 'discovered' : 'none';
  }

  get value(): FleetValue {
    return this.#aggregates[this.basis === 'discovered' ? 'discovered' : 'enrolled'].read();
  }

  /** 0…1, the weighted mean over the basis. */
  get confidence(): number {
    const { basis } = this;
    const { weight } = this.value;
    return basis === 'none' || weight === 0 ? 0 : this.#confidence[basis] / weight / 1_000;
  }

  get discoveredEntities(): number {
    return this.#aggregates.discovered.read().entities;
  }

  /** Enrolled devices; while nothing is enrolled, the discovered. */
  get devices(): number {
    return this.#devices.enrolled > 0 ? this.#devices.enrolled : this.#devices.discovered;
  }

  /** Of how many policies speak, in which way. */
  get reach(): { readonly ruled: number; readonly denied: number; readonly confinable: number } {
    return { ...this.#reach };
  }

  get having(): ReadonlyMap<FactorName, number> {
    return this.#having;
  }

  /** Of those over whom the mean is taken; of an older release's count, of all. */
  havingInMean(factor: FactorName): number {
    const all = this.#having.get(factor) ?? 0;
    if (this.#havingEnrolled === null) return all;
    const enrolled = this.#havingEnrolled.get(factor) ?? 0;
    return this.basis === 'enrolled' ? enrolled : all - enrolled;
  }

  get openAnomalies(): number {
    return this.#open.size;
  }

  get incidents(): number {
    return new Set([...this.#open.values()].filter((incident) => incident !== null)).size;
  }

  /** Of risk level medium or worse, without strangers that have left; in no order. */
  get devicesAtRisk(): Iterable<AtRisk> {
    return this.#atRisk.values();
  }

  written(): string {
    const body: Written = {
      enrolled: this.#aggregates.enrolled.figures(),
      discovered: this.#aggregates.discovered.figures(),
      confidence: [this.#confidence.enrolled, this.#confidence.discovered],
      devices: [this.#devices.enrolled, this.#devices.discovered],
      having: [...this.#having],
      ...(this.#havingEnrolled === null ? {} : { havingEnrolled: [...this.#havingEnrolled] }),
      reach: [this.#reach.ruled, this.#reach.denied, this.#reach.confinable],
      atRisk: [...this.#atRisk.values()].map(({ entity, level, scoreExact, isEnrolled }) => [
        entity,
        level,
        scoreExact,
        isEnrolled ? 1 : 0,
      ]),
      open: [...this.#open],
      ...(this.#endsWithForgotten ? { endsWithForgotten: true } : {}),
    };
    return JSON.stringify(body);
  }

  #count(picture: Picture, sign: 1 | -1): void {
    const basis = picture.isEnrolled ? 'enrolled' : 'discovered';
    const share = shareOf(picture);
    if (sign > 0) this.#aggregates[basis].add(share);
    else this.#aggregates[basis].remove(share);
    this.#confidence[basis] += sign * picture.weight * picture.confidence;
    if (picture.isDevice) this.#devices[basis] += sign;
    if (picture.isRuled) this.#reach.ruled += sign;
    if (picture.isDenied) this.#reach.denied += sign;
    if (picture.isConfinable) this.#reach.confinable += sign;
    for (const { name } of picture.factors) {
      add(this.#having, name, sign);
      if (picture.isEnrolled && this.#havingEnrolled !== null) add(this.#havingEnrolled, name, sign);
    }
  }
}

function add(counts: Map<FactorName, number>, name: FactorName, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

function atRisk(entity: number, { riskLevel, scoreExact, isEnrolled }: Picture): AtRisk {
  return { entity, level: rank(RISK_LEVELS, riskLevel), scoreExact, isEnrolled };
}
