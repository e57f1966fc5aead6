import type { Anomaly, AnomalyId, IncidentId } from '../model/index.ts';
import type { AnomalyRow, Tables } from './tables.ts';

/** Members that are remembered of all incidents together: of some thousands, what is read last again goes on from there. */
const MOST_MEMBERS = 10_000;
/** From what is remembered to so many rows later it goes on row by row; beyond, the members are read anew. */
const MOST_ROWS = 500;

interface Remembered {
  /** The number up to which it is what the tables say. */
  upTo: number;
  readonly members: Map<AnomalyId, Anomaly>;
  /** The oldest first; the same list for as long as nothing of it changes. */
  list: readonly Anomaly[] | null;
}

/**
 * The anomalies of incidents as of a number, all of them: what an incident amounts to is not told by some. Changes are read
 * in order, so that an incident of thousands is read once and followed from there.
 */
export class IncidentMembers {
  readonly #tables: Tables;
  readonly #remembered = new Map<IncidentId, Remembered>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** The oldest first; the same list where nothing has changed. */
  at(id: IncidentId, upTo: number): readonly Anomaly[] {
    const known = this.#remembered.get(id);
    const isNear = known !== undefined && known.upTo <= upTo && upTo - known.upTo <= MOST_ROWS;
    const remembered = isNear ? this.#goOn(id, known, upTo) : this.#readAnew(id, upTo);
    this.#remembered.delete(id);
    this.#remembered.set(id, remembered);
    this.#makeRoom();
    remembered.list ??= [...remembered.members.values()].sort(
      (a, b) => a.detectedAt - b.detectedAt || (a.id < b.id ? -1 : 1),
    );
    return remembered.list;
  }

  /** What the tables say has changed otherwise than by what was added to them. */
  forget(): void {
    this.#remembered.clear();
  }

  #readAnew(id: IncidentId, upTo: number): Remembered {
    const all = this.#tables.anomaliesOfIncident(id, upTo).map(anomalyOf);
    const members = all.filter(({ incidentId }) => incidentId === id);
    return { upTo, members: new Map(members.map((each) => [each.id, each])), list: null };
  }

  #goOn(id: IncidentId, remembered: Remembered, upTo: number): Remembered {
    for (const row of this.#tables.anomaliesBetween(remembered.upTo, upTo)) {
      const anomaly = anomalyOf(row);
      const isMember = anomaly.incidentId === id;
      if (!isMember && !remembered.members.has(anomaly.id)) continue;
      if (isMember) remembered.members.set(anomaly.id, anomaly);
      else remembered.members.delete(anomaly.id);
      remembered.list = null;
    }
    remembered.upTo = upTo;
    return remembered;
  }

  /** What was asked for last stays, however large. */
  #makeRoom(): void {
    let size = 0;
    for (const { members } of this.#remembered.values()) size += members.size;
    for (const [id, { members }] of this.#remembered) {
      if (size <= MOST_MEMBERS || this.#remembered.size === 1) return;
      size -= members.size;
      this.#remembered.delete(id);
    }
  }
}

export function anomalyOf({ body }: AnomalyRow): Anomaly {
  return JSON.parse(body) as Anomaly;
}
