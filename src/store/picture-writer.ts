import {
  type EntityId,
  type Evidence,
  type FactorName,
  type PostureChange,
  RISK_LEVELS,
  rank,
} from '../model/index.ts';
import type { FleetStanding } from './fleet-standing.ts';
import { evidenceIn, flagsOf, packEvidence, packFactors, type Picture, pictureOf } from './picture.ts';
import type { PictureRow, Tables } from './tables.ts';
import type { Words } from './words.ts';

/** Every so many pictures of an entity one has the evidence of all its factors, so that a look-up reads few rows. */
const TURNS = 16;

/** Turns published changes into rows: all numbers in each, the evidence of what moved. */
export class PictureWriter {
  readonly #tables: Tables;
  readonly #words: Words;

  constructor(tables: Tables, words: Words) {
    this.#tables = tables;
    this.#words = words;
  }

  /** Writes the change under a number and moves the fleet's standing by it. */
  write(change: PostureChange, number: number, into: EntityId | null, standing: FleetStanding): void {
    const entity = this.#tables.entity(change.entity);
    const previous = this.#tables.lastPicture(entity, number);
    const before = previous === null ? null : pictureOf(previous, this.#words);
    const row =
      change.after === null
        ? this.#gone(change, entity, number, into)
        : this.#row(change, change.after, entity, number, previous, before);
    this.#tables.addPicture(row);
    standing.change(entity, before, pictureOf(row, this.#words));
  }

  #row(
    change: PostureChange,
    after: NonNullable<PostureChange['after']>,
    entity: number,
    number: number,
    previous: PictureRow | null,
    before: Picture | null,
  ): PictureRow {
    const { at } = change;
    const factors = factorsAfter(change, after, before);
    const turn = previous === null || before === null ? 0 : (previous.turn + 1) % TURNS;
    return {
      ...this.#causeOf(change),
      number,
      entity,
      at,
      score: after.scoreExact,
      level: rank(RISK_LEVELS, after.riskLevel),
      reason: this.#words.numberOrNull(after.riskReason),
      confidence: after.confidence,
      weight: after.weight,
      type: this.#words.number(after.type),
      flags: flagsOf(after),
      turn,
      factors: packFactors(factors, at, this.#words),
      evidence: packEvidence(this.#evidence(change, entity, number, turn, factors), this.#words),
      into_entity: null,
    };
  }

  /** Of what moved; at the first of a turn, of every factor. */
  #evidence(
    { factors: moves }: PostureChange,
    entity: number,
    number: number,
    turn: number,
    factors: readonly { readonly name: FactorName }[],
  ): ReadonlyMap<FactorName, readonly Evidence[]> {
    const moved = new Map<FactorName, readonly Evidence[]>();
    for (const { name, p, evidence } of moves) if (p > 0) moved.set(name, evidence);
    if (turn !== 0) return moved;
    const others = factors.filter(({ name }) => !moved.has(name));
    if (others.length === 0) return moved;
    return new Map([...moved, ...evidenceIn(this.#tables.pictures(entity, number), others, this.#words)]);
  }

  #gone(change: PostureChange, entity: number, number: number, into: EntityId | null): PictureRow {
    return {
      ...this.#causeOf(change),
      number,
      entity,
      at: change.at,
      score: null,
      level: 0,
      reason: null,
      confidence: 0,
      weight: 0,
      type: null,
      flags: 0,
      turn: 0,
      factors: new Uint8Array(),
      evidence: '',
      into_entity: into === null ? null : this.#tables.entity(into),
    };
  }

  #causeOf({ cause }: PostureChange): Pick<PictureRow, 'cause' | 'actor'> {
    return { cause: this.#words.number(cause.kind), actor: this.#words.numberOrNull(cause.actor) };
  }
}

/** Its factors as they stand after the change: those that moved, and the others as they were. */
function factorsAfter(
  { at, factors: moves }: PostureChange,
  after: NonNullable<PostureChange['after']>,
  before: Picture | null,
): Picture['factors'] {
  const moved = new Map(moves.map((move) => [move.name, move]));
  const was = new Map(before?.factors.map((factor) => [factor.name, factor]));
  return after.shares.map(({ name, milliPoints }) => {
    const factor = moved.get(name) ?? was.get(name);
    if (factor === undefined) throw new Error(`history: nothing was told of the factor ${name}`);
    return { name, p: factor.p, milliPoints, since: Math.min(factor.since, at) };
  });
}
