import {
  ANOMALY_FAMILY,
  ANOMALY_NATURE,
  type Address,
  type Anomaly,
  type AnomalyId,
  DAY_MS,
  type EntityId,
  type EpochMs,
  type IncidentId,
  isIncidentByItself,
  parseAddress,
  type Stateful,
  type StateReader,
  type StateWriter,
  isMaintenanceNote,
} from '../model/index.ts';
import { StoryLinks } from './story-links.ts';

/** Anomalies of one story are no further apart than this. */
const STORY_MS = DAY_MS;

/** The fleet as far as stories are told of it. */
export interface StoryGround {
  /** Those of an entity that are not closed, by any of its ids. */
  open(entity: EntityId): readonly Anomaly[];
  anomaly(entity: EntityId, id: AnomalyId): Anomaly | null;
  /** Machines of ours that held an address; none where it stands for many. */
  holdersOf(address: Address, at: EpochMs): readonly EntityId[];
  canonical(entity: EntityId): EntityId;
  incidentOf(anomaly: AnomalyId): IncidentId;
  join(anomaly: Anomaly, incident: IncidentId): void;
}

/**
 * Which anomalies tell one story (docs/adr/0012): of one entity within a day; of a machine and of one that the evidence
 * points at; of entities that reached for one destination. They share an incident, which lives while any of them is
 * open. An id once given is never taken back. Partitions do not speak to each other, so that this is done above them,
 * in an order that does not depend on how many there are.
 */
export class Incidents implements Stateful {
  readonly #links = new StoryLinks();

  get isEmpty(): boolean {
    return this.#links.isEmpty;
  }

  /** Anomalies that came to be, grew, or were judged; all of one moment. */
  correlate(changed: Iterable<Anomaly>, ground: StoryGround): void {
    const open = [...changed].filter(({ status }) => status !== 'closed').sort(byBeginning);
    for (const { entity, id } of open) {
      // One before may have drawn it into its own incident.
      const anomaly = ground.anomaly(entity, id);
      if (anomaly !== null) this.#tell(anomaly, ground);
    }
  }

  /** Their part in stories is told no more. */
  forget(entities: ReadonlySet<EntityId>): void {
    this.#links.erase(entities);
  }

  save(to: StateWriter): void {
    this.#links.save(to);
  }

  load(from: StateReader): void {
    this.#links.load(from);
  }

  #tell(anomaly: Anomaly, ground: StoryGround): void {
    const others = this.#related(anomaly, ground);
    this.#note(anomaly, ground);
    const known = [anomaly, ...others].find(({ incidentId }) => incidentId !== null)?.incidentId;
    if (known === undefined && others.length === 0 && !isIncidentByItself(anomaly)) return;
    const [first = anomaly] = [anomaly, ...others].sort(byBeginning);
    const incident = anomaly.incidentId ?? known ?? ground.incidentOf(first.id);
    for (const each of [anomaly, ...others]) if (each.incidentId === null) ground.join(each, incident);
  }

  /** The oldest first; states alone tell no story, an act is needed for one. */
  #related(anomaly: Anomaly, ground: StoryGround): readonly Anomaly[] {
    const found = new Map<AnomalyId, Anomaly>();
    const consider = (other: Anomaly | null) => {
      if (other === null || other.status === 'closed' || other.id === anomaly.id) return;
      if (isOneStory(anomaly, other)) found.set(other.id, other);
    };
    for (const each of ground.open(anomaly.entity)) consider(each);
    for (const machine of pointedAt(anomaly, ground)) for (const each of ground.open(machine)) consider(each);
    const keys = [ground.canonical(anomaly.entity), ...destinationsOf(anomaly)];
    for (const link of keys.flatMap((key) => this.#links.to(key))) {
      consider(ground.anomaly(link.entity, link.anomaly));
    }
    return [...found.values()].sort(byBeginning);
  }

  #note(anomaly: Anomaly, ground: StoryGround): void {
    const { id, entity } = anomaly;
    const at = lastFound(anomaly);
    const places = [...pointedAt(anomaly, ground), ...destinationsOf(anomaly)];
    if (places.length > 0) this.#links.forget(at - 2 * STORY_MS);
    for (const to of places) {
      this.#links.add(to, { anomaly: id, entity, at });
    }
  }
}

/** Machines of ours that the evidence is about, apart from its own. */
function pointedAt({ entity, evidence }: Anomaly, ground: StoryGround): readonly EntityId[] {
  const own = ground.canonical(entity);
  const machines = new Set<EntityId>();
  for (const { subject, at } of evidence) {
    const address = subject === null ? null : parseAddress(subject);
    if (address === null) continue;
    for (const each of ground.holdersOf(address, at)) if (each !== own) machines.add(each);
  }
  return [...machines];
}

/** Where it called to or sent things: two that do the same to one place tell of one. */
function destinationsOf(anomaly: Anomaly): readonly string[] {
  const { type, evidence } = anomaly;
  if (ANOMALY_FAMILY[type] !== 'channel' && type !== 'data_exfiltration') return [];
  const told = evidence.filter((each) => !isMaintenanceNote(each));
  return [...new Set(told.flatMap(({ subject }) => subject ?? []))];
}

function isOneStory(a: Anomaly, b: Anomaly): boolean {
  if (ANOMALY_NATURE[a.type] === 'state' && ANOMALY_NATURE[b.type] === 'state') return false;
  return a.detectedAt - lastFound(b) <= STORY_MS && b.detectedAt - lastFound(a) <= STORY_MS;
}

/** When it was last found again; a word about it is no news of it. */
function lastFound({ detectedAt, evidence }: Anomaly): EpochMs {
  return evidence.reduce((last, { at }) => Math.max(last, at), detectedAt);
}

/** The earliest first; the order of ids decides between equals. */
function byBeginning(a: Anomaly, b: Anomaly): number {
  return a.detectedAt - b.detectedAt || (a.id < b.id ? -1 : 1);
}
