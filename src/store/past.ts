import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Anomaly, atOnce, type EntityId, type EpochMs, type Factor } from '../model/index.ts';
import { FleetStanding } from './fleet-standing.ts';
import type { CircumstanceKey, Circumstances, EntityFacts } from './circumstances.ts';
import { evidenceIn, type Picture, pictureOf } from './picture.ts';
import type { PictureRow, Tables } from './tables.ts';
import type { Words } from './words.ts';

/** Entities, or entries, read before others get their turn: about two milliseconds. */
const SLICE = 100;
/** Identities that turned out to be another's, one after the other; more is a loop. */
const LONGEST_CHAIN = 32;

/** An entity as its posture was published. */
export interface EntityPast {
  readonly entity: number;
  readonly id: EntityId;
  readonly picture: Picture;
  facts(): EntityFacts | null;
  /** With the evidence that each had when it last moved. */
  factors(): readonly Factor[];
}

/** The fleet as it stood after everything that happened up to an instant. */
export class Past {
  readonly at: EpochMs;
  readonly #tables: Tables;
  readonly #words: Words;
  /** The last number of that instant. */
  readonly #upTo: number;
  #standing: FleetStanding | null = null;
  #gathered: readonly EntityPast[] | null = null;

  constructor(at: EpochMs, upTo: number, tables: Tables, words: Words) {
    this.at = at;
    this.#upTo = upTo;
    this.#tables = tables;
    this.#words = words;
  }

  /** By any id that it had then. */
  entity(id: string): EntityPast | null {
    let named: number | null = this.#tables.knownEntity(id) ?? this.#tables.aliased(id, this.#upTo);
    for (let step = 0; named !== null && step < LONGEST_CHAIN; step++) {
      const row = this.#tables.lastPicture(named, this.#upTo);
      if (row === null) {
        const other = this.#tables.aliased(id, this.#upTo);
        return other === null || other === named ? null : this.#numbered(other);
      }
      if (row.into_entity === null) return this.#entityOf(row);
      named = row.into_entity;
    }
    return null;
  }

  /** Moves the fleet on to this instant, in slices between which others have their turn; `fleet` then costs nothing. */
  async stand(turn: () => Promise<unknown> = nextTurn): Promise<void> {
    const steps = standing(this.#upTo, this.#tables, this.#words);
    for (;;) {
      const step = steps.next();
      if (step.done === true) {
        this.#standing = step.value;
        return;
      }
      await turn();
    }
  }

  /** Reads every entity, in slices between which others have their turn; `entities` then costs nothing. */
  async gather(turn: () => Promise<unknown> = nextTurn): Promise<void> {
    const gathered: EntityPast[] = [];
    for (let entity = 1; entity <= this.#tables.newestEntity(); entity++) {
      const past = this.#numbered(entity);
      if (past !== null) gathered.push(past);
      if (entity % SLICE === 0) await turn();
    }
    this.#gathered = gathered;
  }

  *entities(): Iterable<EntityPast> {
    if (this.#gathered !== null) return yield* this.#gathered;
    for (let entity = 1; entity <= this.#tables.newestEntity(); entity++) {
      const past = this.#numbered(entity);
      if (past !== null) yield past;
    }
  }

  *anomalies(): Iterable<Anomaly> {
    for (const { body } of this.#tables.anomaliesUpTo(this.#upTo)) yield JSON.parse(body) as Anomaly;
  }

  *allOpenAnomalies(): Iterable<Anomaly> {
    for (const { body } of this.#tables.openAnomaliesUpTo(this.#upTo)) yield JSON.parse(body) as Anomaly;
  }

  openAnomalies(entity: number): readonly Anomaly[] {
    return this.#tables
      .anomaliesOf(entity, this.#upTo)
      .filter(({ open }) => open === 1)
      .map(({ body }) => JSON.parse(body) as Anomaly);
  }

  circumstance<K extends CircumstanceKey>(key: K): Circumstances[K] | null {
    const body = this.#tables.circumstance(key, this.#upTo);
    return body === null ? null : (JSON.parse(body) as Circumstances[K]);
  }

  /** The fleet's last full hour up to an instant. */
  hour(upTo: EpochMs): Circumstances['hour'] | null {
    const body = this.#tables.circumstanceAt('hour', upTo);
    return body === null ? null : (JSON.parse(body) as Circumstances['hour']);
  }

  get fleet(): FleetStanding {
    this.#standing ??= standingAt(this.#upTo, this.#tables, this.#words);
    return this.#standing;
  }

  idOf(entity: number): EntityId {
    return this.#tables.idOf(entity) as EntityId;
  }

  /** The first ids of these, in their order. */
  firstIds(entities: readonly number[], count: number): readonly EntityId[] {
    return this.#tables.firstIds(entities, count) as readonly EntityId[];
  }

  #numbered(entity: number): EntityPast | null {
    const row = this.#tables.lastPicture(entity, this.#upTo);
    return row === null ? null : this.#entityOf(row);
  }

  #entityOf(row: PictureRow): EntityPast | null {
    const picture = pictureOf(row, this.#words);
    if (picture === null) return null;
    const { entity } = row;
    return {
      entity,
      id: this.idOf(entity),
      picture,
      facts: () => {
        const body = this.#tables.facts(entity, this.#upTo);
        return body === null ? null : (JSON.parse(body) as EntityFacts);
      },
      factors: () => this.#factors(entity, picture),
    };
  }

  #factors(entity: number, { factors }: Picture): readonly Factor[] {
    const evidence = evidenceIn(this.#tables.pictures(entity, this.#upTo), factors, this.#words);
    return factors.map(({ name, p, since }) => ({ name, p, since, evidence: evidence.get(name) ?? [] }));
  }
}

/** The fleet as last written down, and what changed since. */
export function standingAt(upTo: number, tables: Tables, words: Words): FleetStanding {
  return atOnce(standing(upTo, tables, words));
}

function* standing(upTo: number, tables: Tables, words: Words): Generator<undefined, FleetStanding> {
  yield;
  const last = tables.fleet(upTo);
  const fleet = last === null ? FleetStanding.empty() : FleetStanding.from(last.body);
  for (let after = last?.number ?? 0; after < upTo; ) {
    yield;
    const until = Math.min(upTo, after + SLICE);
    moveOn(fleet, { after, upTo: until }, tables, words);
    after = until;
  }
  fleet.endForgotten(() => Array.from(tables.openAnomaliesUpTo(upTo), ({ anomaly }) => anomaly));
  return fleet;
}

interface Entries {
  readonly after: number;
  readonly upTo: number;
}

function moveOn(fleet: FleetStanding, { after, upTo }: Entries, tables: Tables, words: Words): void {
  const changed = new Map<number, PictureRow>();
  const goneSince = new Map<number, number>();
  for (const row of tables.picturesBetween(after, upTo)) {
    changed.set(row.entity, row);
    if (row.score === null) goneSince.set(row.entity, row.number);
  }
  for (const [entity, row] of changed) {
    fleet.change(entity, pictureIn(tables, words, entity, after), pictureOf(row, words));
    if (goneSince.has(entity)) fleet.noteAtRisk(entity, false, null);
  }
  for (const { entity, number, at_risk: atRisk } of tables.atRiskBetween(after, upTo)) {
    // Who went took the place among those at risk along.
    if (number < (goneSince.get(entity) ?? 0)) continue;
    fleet.noteAtRisk(entity, atRisk === 1, atRisk === 1 ? pictureIn(tables, words, entity, upTo) : null);
  }
  for (const { body } of tables.anomaliesBetween(after, upTo)) {
    fleet.noteAnomaly(JSON.parse(body) as Anomaly);
  }
}

/** An entity's last picture up to a number; `null` where it had none then. */
export function pictureIn(tables: Tables, words: Words, entity: number, upTo: number): Picture | null {
  const row = tables.lastPicture(entity, upTo);
  return row === null ? null : pictureOf(row, words);
}
