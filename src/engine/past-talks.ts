import type { Match } from '../exposure/index.ts';
import type { DeviceId, Event, EventsRecord, SealedName } from '../model/index.ts';
import { matchOutside } from './contacts.ts';
import type { Engine } from './engine.ts';
import { LearntNames } from './learnt-names.ts';
import { Parties } from './parties.ts';
import { type Talk, Talks } from './talk.ts';
import { talkIn } from './understanding.ts';

/** A connection of the past that a device of the fleet opened, with all that policies ask about it. */
export interface PastTalk {
  readonly talk: Talk;
  readonly source: DeviceId;
  /** `null`: nobody of the fleet. */
  readonly target: DeviceId | null;
  readonly internal: boolean;
  readonly name: SealedName | null;
  readonly match: Match | null;
}

/**
 * Reads connections out of records of the past, as they are understood now: who an address was at that time, by all that
 * has become known since; what the feeds list now. Changes nothing.
 */
export class PastTalks {
  readonly #engine: Engine;
  readonly #parties: Parties;
  /** Names as they are asked for on the way. */
  readonly #names = new LearntNames();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#parties = new Parties(engine.directory);
  }

  /** Tells of each connection of a record, in order. */
  each({ events, connections }: EventsRecord, tell: (past: PastTalk) => void): void {
    const talks = connections === undefined ? null : new Talks(connections.rows, this.#parties);
    let row = 0;
    const tellRows = (end: number): void => {
      if (talks === null) return;
      for (; row < end; row++) this.#tell(talks.at(row), tell);
    };
    for (const [index, event] of events.entries()) {
      tellRows((connections?.places[index] ?? 0) - index);
      this.#names.learn(event);
      const talk = talkIn(event, this.#hasConnections(event), { parties: this.#parties });
      if (talk !== null) this.#tell(talk, tell);
    }
    tellRows(connections?.rows.count ?? 0);
  }

  #tell(talk: Talk, tell: (past: PastTalk) => void): void {
    const { from, to, time } = talk;
    const source = from.lookUp(time).device;
    if (source === null) return;
    const other = to.lookUp(time);
    const name = talk.name ?? this.#names.nameOf(from.site, from.address, to.address);
    const target = other.device;
    const match = target === null ? matchOutside(talk, name, this.#engine) : null;
    tell({ talk, source, target, internal: target !== null || other.isLocal, name, match });
  }

  #hasConnections({ provenance: { site, sensor } }: Event): boolean {
    return this.#engine.sensors.of(`${site} ${sensor}`)?.hasConnections ?? false;
  }
}
