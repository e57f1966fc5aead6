import type { EpochMs, Origin } from '../model/index.ts';

/** A published posture as a row. Texts and entities are numbers; `null` score: the entity gave way to another. */
export interface PictureRow {
  readonly number: number;
  readonly entity: number;
  readonly at: EpochMs;
  /** Milli-points. */
  readonly score: number | null;
  /** Index into RISK_LEVELS. */
  readonly level: number;
  readonly reason: number | null;
  readonly confidence: number;
  readonly weight: number;
  readonly type: number | null;
  /** 1: enrolled, 2: a device. */
  readonly flags: number;
  readonly cause: number;
  readonly actor: number | null;
  /** Rows since the last with the evidence of all factors. */
  readonly turn: number;
  /** Packed: per factor its name, p in thousandths, milli-points, and how long before `at` it appeared. */
  readonly factors: Uint8Array;
  /** JSON: per factor whose evidence is told here its name, and the evidence. */
  readonly evidence: string;
  readonly into_entity: number | null;
}

export interface AnomalyRow {
  readonly number: number;
  readonly entity: number;
  readonly anomaly: string;
  readonly at: EpochMs;
  readonly cause: number;
  readonly actor: number | null;
  readonly open: 0 | 1;
  readonly body: string;
}

/** A device came among those at risk, or left them. */
export interface AtRiskRow {
  readonly number: number;
  readonly entity: number;
  readonly at_risk: 0 | 1;
}

/** What leaves the house: an anomaly's row, or a picture with another risk level than the one before it. */
export interface PublishedRow {
  readonly record: number;
  readonly ordinal: number;
  readonly number: number;
  readonly at: EpochMs;
  readonly kind: 'anomaly' | 'picture';
  /** The anomaly or the entity: a record tells of each once, as it left it. */
  readonly subject: string;
  /** The number of the record's first row of it. */
  readonly first: number;
  /** Of the anomaly, where it belongs to one. */
  readonly incident: string | null;
}

/** What is kept under a number. */
export interface Numbered {
  readonly number: number;
  readonly body: string;
}

/** Of what is told after one origin and up to another, that up to a number. */
export interface PublishedSlice {
  readonly upTo: number;
  readonly after: Origin;
  readonly until: Origin;
}

/** So many changes, the last of them, and the instant that they are older than. */
export interface ForgottenRow extends Origin {
  readonly changes: number;
  readonly at: EpochMs;
}

export interface MarkRow {
  readonly records: number;
  readonly changes: number;
  /** The next row's number. */
  readonly next: number;
  /** The oldest instant that can be asked about; `null` before the first. */
  readonly oldest: EpochMs | null;
}

/** What stands under a later number was told of this record of the journal, or a later one. */
export interface PointRow {
  readonly record: number;
  readonly after: number;
}

/**
 * The tables of history, free of any meaning: the one place that speaks SQL. Every row has a number, and a later one
 * a higher number; the state as of a number is that of the last rows up to it.
 */
export interface Tables {
  /** All of `work`, or nothing of it: of a machine that loses its power the last transactions may be missing, until `sync`. */
  transaction(work: () => void): void;
  /** The same of work in several turns; nobody else may write meanwhile. */
  begin(): void;
  commit(): void;
  rollback(): void;
  mark(): MarkRow;
  setMark(mark: MarkRow): void;
  /** `null` where it does not say. */
  owner(): string | null;
  setOwner(owner: string): void;

  word(text: string): number;
  text(word: number): string;

  entity(id: string): number;
  /** `null` for one that was never kept. */
  knownEntity(id: string): number | null;
  idOf(entity: number): string;
  /** Of the ids of entities the first so many, in their order. */
  firstIds(entities: readonly number[], count: number): readonly string[];
  /** The number of the newest entity. */
  newestEntity(): number;
  addAlias(id: string, entity: number, from: number): void;
  aliased(id: string, upTo: number): number | null;

  /** The last number of an instant; earlier entries of a later instant count as before it. */
  setMoment(at: EpochMs, number: number): void;
  numberAt(at: EpochMs): number | null;
  newestMoment(): EpochMs | null;
  oldestMoment(): EpochMs | null;
  /** How many instants there are up to this one, counted up to `limit`. */
  momentsUpTo(at: EpochMs, limit: number): number;

  addPicture(row: PictureRow): void;
  lastPicture(entity: number, upTo: number): PictureRow | null;
  /** Newest first. */
  pictures(entity: number, upTo: number): Iterable<PictureRow>;
  /** Of one entity, the newest first, at most so many. */
  picturesOfBetween(entity: number, after: number, upTo: number, limit: number): readonly PictureRow[];
  picturesBetween(after: number, upTo: number): Iterable<PictureRow>;

  addAtRisk(row: AtRiskRow): void;
  atRiskBetween(after: number, upTo: number): Iterable<AtRiskRow>;

  addAnomaly(row: AnomalyRow): void;
  /** Each as it last stood, without those of whom was forgotten since. */
  anomaliesUpTo(upTo: number): Iterable<AnomalyRow>;
  /** The same of those that were open then. */
  openAnomaliesUpTo(upTo: number): Iterable<AnomalyRow>;
  /** Those that were the entity's then, each as it last stood, without those from before it was forgotten. */
  anomaliesOf(entity: number, upTo: number): readonly AnomalyRow[];
  anomaliesBetween(after: number, upTo: number): Iterable<AnomalyRow>;

  /** The anomaly's row under a number, or before it. */
  anomaly(number: number): AnomalyRow | null;
  anomalyBefore(anomaly: string, number: number): AnomalyRow | null;
  /** Those that were ever the incident's, each as it last stood. */
  anomaliesOfIncident(incident: string, upTo: number): readonly AnomalyRow[];

  /** In place of what the same record told of the subject before, whose `first` it takes over. */
  addPublished(row: PublishedRow): void;
  /** Of records before `beforeRecord`. */
  publishedAfter(
    record: number,
    ordinal: number,
    beforeRecord: number,
    limit: number,
  ): readonly PublishedRow[];
  publishedCount(
    record: number,
    ordinal: number,
    beforeRecord: number,
    limit: number,
  ): { readonly count: number; readonly oldest: EpochMs | null };
  publishedSince(at: EpochMs): PublishedRow | null;
  newestPublished(beforeRecord: number): PublishedRow | null;
  /** The number of what was told of an incident before; `null` for nothing. */
  incidentToldBefore(incident: string, number: number): number | null;
  picture(number: number): PictureRow | null;

  addFacts(entity: number, number: number, body: string): void;
  facts(entity: number, upTo: number): string | null;

  /** `at`: what instant it is of, which may be earlier than when it was told. */
  addCircumstance(key: string, number: number, at: EpochMs, body: string): void;
  circumstance(key: string, upTo: number): string | null;
  /** The last of those that are of `at` or before. */
  circumstanceAt(key: string, at: EpochMs): string | null;

  /** Of several records before which nothing was told, the first is kept. */
  addPoint(point: PointRow): void;
  /** The last of this record or one before it. */
  pointUpTo(record: number): PointRow | null;

  addFleet(number: number, body: string): void;
  fleet(upTo: number): Numbered | null;

  /** The last that is told up to a number; `null` for none. */
  lastPublished(upTo: number): Origin | null;
  /** The last of the next so many after it; `null` where there are fewer. */
  publishedFurther(after: Origin, changes: number): Origin | null;
  /** How much of a slice is forgotten by `prunePublished`, and the last of it; `null` for nothing. */
  toldNoMore(slice: PublishedSlice): Omit<ForgottenRow, 'at'> | null;
  /** Forgets what is not to be told any more, before anything else is forgotten up to that number. */
  prunePublished(slice: PublishedSlice): void;
  /**
   * After that: forgets closed anomalies that nothing up to a number needs any more. What stood there is what was before,
   * for whatever lies on both sides of it.
   */
  pruneAnomalies(upTo: number): void;
  /** What is known of a reader's loss; under the empty name, of all that was forgotten. */
  forgotten(reader: string): ForgottenRow | null;
  setForgotten(reader: string, row: ForgottenRow | null): void;
  /** Forgets what an entity was before its last picture and facts up to a number. */
  pruneEntity(entity: number, base: PictureRow | null, upTo: number): void;
  /** Forgets moments, circumstances and fleets that nothing up to a number needs any more. */
  pruneFleet(upTo: number, before: EpochMs): void;

  /** The first that was written down under this number or a later one. */
  fleetFrom(number: number): Numbered | null;
  setFleet(number: number, body: string): void;
  circumstanceFrom(key: string, number: number): Numbered | null;
  setCircumstance(key: string, number: number, body: string): void;
  /** The numbers of what is kept of an entity and of its anomalies, ascending. */
  turnsOf(entity: number): readonly number[];
  /** Every row that is the entities', and what was to be told of them. */
  eraseEntities(entities: readonly number[], ids: readonly string[]): Generator<void, void>;
  /** The number under which the last so many changes begin, with the facts that were kept just before the first of them. */
  firstOfLast(changes: number): number | null;
  /** Removes every row under this number or a later one. */
  removeFrom(number: number): void;
  /** All transactions so far are on the disk when it returns. */
  sync(): void;
  /** Leaves nothing beside the file: what a row was before may still stand there. */
  checkpoint(): void;
  /** Writes the file anew, so that nothing of what was deleted is left in it or beside it. */
  scrub(): void;

  /** On disk when it resolves. */
  copyTo(path: string): Promise<void>;
  close(): void;
}
