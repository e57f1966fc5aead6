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
  yield* eraseFromWords(new Set(ids), tables);
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

function* eraseFromWords(ids: ReadonlySet<EntityId>, tables: Tables): Generator<void, void> {
  let next = 0;
  for (;;) {
    const words = tables.circumstanceFrom('compliance', next);
    if (words === null) return;
    const said = JSON.parse(words.body) as readonly ComplianceWord[];
    const others = said.filter(
      (word) => word.kind !== 'exception' || word.entity === null || !ids.has(word.entity),
    );
    if (others.length < said.length)
      tables.setCircumstance('compliance', words.number, JSON.stringify(others));
    next = words.number + 1;
    yield;
  }
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
