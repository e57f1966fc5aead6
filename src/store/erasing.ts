import type { ComplianceWord, EntityId } from '../model/index.ts';
import { FleetStanding } from './fleet-standing.ts';
import { pictureIn } from './past.ts';
import type { Picture } from './picture.ts';
import type { Tables } from './tables.ts';
import type { Words } from './words.ts';

/**
 * Takes entities out of all that is kept, within a transaction: the fleet was, at every instant, what it was without them.
 * Each step is short, and what is written down of the fleet is read once, whomever it concerns.
 */
export function* eraseEntities(
  ids: readonly EntityId[],
  tables: Tables,
  words: Words,
): Generator<void, void> {
  const entities = ids.flatMap((id) => tables.knownEntity(id) ?? []);
  const lives = entities.map((entity) => new Life(entity, tables, words));
  yield* eraseFromFleets(lives, tables);
  yield* eraseFromCircumstances('compliance', ids, tables);
  yield* eraseFromCircumstances('policies', ids, tables);
  yield* tables.eraseEntities(entities, ids);
}

function* eraseFromFleets(lives: readonly Life[], tables: Tables): Generator<void, void> {
  const begun = lives.flatMap(({ first }) => first ?? []);
  let next = Math.min(...begun);
  while (begun.length > 0) {
    const fleet = tables.fleetFrom(next);
    if (fleet === null) return;
    const { number, body } = fleet;
    const parts = lives.flatMap((life) => life.partAt(number) ?? []);
    if (parts.length > 0) {
      const standing = FleetStanding.from(body);
      for (const part of parts) takeOut(part, standing);
      tables.setFleet(number, standing.written());
    }
    next = number + 1;
    yield;
  }
}

type CircumstanceWithNames = 'compliance' | 'policies';

function* eraseFromCircumstances(
  key: CircumstanceWithNames,
  ids: readonly EntityId[],
  tables: Tables,
): Generator<void, void> {
  let next = 0;
  for (;;) {
    const told = tables.circumstanceFrom(key, next);
    if (told === null) return;
    const { number, body } = told;
    const others = key === 'compliance' ? withoutExceptions(body, ids) : withoutNames(body, ids);
    if (others !== body) tables.setCircumstance(key, number, others);
    next = number + 1;
    yield;
  }
}

function withoutExceptions(body: string, ids: readonly EntityId[]): string {
  const said = JSON.parse(body) as readonly ComplianceWord[];
  const others = said.filter((word) => word.kind !== 'exception' || !ids.some((id) => id === word.entity));
  return others.length < said.length ? JSON.stringify(others) : body;
}

/** Policies are the operator's, whom they named is not. */
function withoutNames(body: string, ids: readonly EntityId[]): string {
  return ids.reduce((text, id) => text.replaceAll(`"${id}"`, '"usr_erased"'), body);
}

/** What an entity adds to the fleet. */
interface Part {
  readonly entity: number;
  readonly picture: Picture | null;
  readonly anomalies: readonly string[];
}

function takeOut({ entity, picture, anomalies }: Part, standing: FleetStanding): void {
  if (picture !== null) standing.change(entity, picture, null);
  for (const id of anomalies)
    standing.noteAnomaly({ id: id as `ano_${string}`, status: 'closed', incidentId: null });
}

/** An entity's part in the fleet, from its first number on; asked for numbers that only grow. */
class Life {
  readonly #entity: number;
  readonly #tables: Tables;
  readonly #words: Words;
  /** The numbers at which its part changed. */
  readonly #turns: readonly number[];
  #turn = 0;
  #part: Part | null = null;

  constructor(entity: number, tables: Tables, words: Words) {
    this.#entity = entity;
    this.#tables = tables;
    this.#words = words;
    this.#turns = tables.turnsOf(entity);
  }

  get first(): number | undefined {
    return this.#turns[0];
  }

  /** `null` where it has none. */
  partAt(number: number): Part | null {
    const before = this.#turn;
    while ((this.#turns[this.#turn] ?? Number.POSITIVE_INFINITY) <= number) this.#turn++;
    if (this.#turn > before) this.#part = this.#read(number);
    return this.#part;
  }

  #read(number: number): Part | null {
    const picture = pictureIn(this.#tables, this.#words, this.#entity, number);
    const anomalies = this.#tables.anomaliesOf(this.#entity, number).map(({ anomaly }) => anomaly);
    if (picture === null && anomalies.length === 0) return null;
    return { entity: this.#entity, picture, anomalies };
  }
}
