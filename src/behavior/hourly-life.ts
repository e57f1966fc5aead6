import type { Table } from '../columns/index.ts';
import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import type { Level } from './drift.ts';
import { type HourClass, type HourCounts, HourlyRates, type KeptRates, type PeersOf } from './rates.ts';

/** What is known of an entity's hours, to be given back as it was; `null` where nothing is. */
export interface KeptLife {
  readonly doings: KeptRates | null;
  readonly ventures: KeptRates | null;
}

/** A terabyte: what a state of an older release lacks makes no absurd answer. */
const MOST_MAGNITUDE = 40;

/** All that is counted of an entity by the hour. */
export class HourlyLife implements Stateful {
  /** What it does and what is done to it. */
  readonly doings: HourlyRates<'opened' | 'answered' | 'volume' | 'newDestinations'>;
  /** How what it does turns out. */
  readonly ventures: HourlyRates<'failed' | 'novel' | 'reached' | 'occupied'>;

  constructor(rows: Table, peersOf?: PeersOf) {
    const doings = ['opened', 'answered', 'volume', 'newDestinations'] as const;
    this.doings = new HourlyRates(rows, 'rates', ['work_hours', 'rest_hours'], doings, peersOf);
    const ventures = ['failed', 'novel', 'reached', 'occupied'] as const;
    this.ventures = new HourlyRates(
      rows,
      'ventures',
      ['venture_work_hours', 'venture_rest_hours'],
      ventures,
      peersOf,
    );
  }

  /** @param share what of an hour above its mean is taken over */
  learn(row: number, hours: HourClass, counts: HourCounts, share = 1): void {
    this.doings.learn(row, hours, counts, share);
    this.ventures.learn(row, hours, counts, share);
  }

  learnSilence(row: number, hours: HourClass, times: number): void {
    this.doings.learnSilence(row, hours, times);
    this.ventures.learnSilence(row, hours, times);
  }

  /** Connections of an hour, both ways; `null` where none was learnt. */
  connections(row: number): number | null {
    const { doings } = this;
    return doings.hours(row) === 0 ? null : doings.overall(row, 'opened') + doings.overall(row, 'answered');
  }

  /** The variance of the connections of an hour, and of its magnitude. */
  spread(row: number): Level {
    const { doings } = this;
    return {
      connections: doings.overallVariance(row, 'opened'),
      volume: doings.overallVariance(row, 'volume'),
    };
  }

  /** Payload bytes sent in an hour in which it does anything, by their order of magnitude; 0 where that is not known. */
  usualSent(row: number): number {
    const occupied = this.ventures.overall(row, 'occupied');
    if (occupied === 0) return 0;
    return 2 ** Math.min(MOST_MAGNITUDE, this.doings.overall(row, 'volume') / occupied);
  }

  kept(row: number): KeptLife {
    return { doings: this.doings.kept(row), ventures: this.ventures.kept(row) };
  }

  restore(row: number, { doings, ventures }: KeptLife): void {
    if (doings !== null) this.doings.restore(row, doings);
    if (ventures !== null) this.ventures.restore(row, ventures);
  }

  /** It makes so many times as many connections; what was learnt counts like so many hours of each class. */
  renew(row: number, most: number, times: number): void {
    this.doings.renew(row, most, (what) => (what === 'opened' || what === 'answered' ? times : 1));
    this.ventures.renew(row, most, () => 1);
  }

  end(row: number): void {
    this.doings.end(row);
    this.ventures.end(row);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: HourlyLife, row: number, otherRow: number): void {
    this.doings.moveTo(other.doings, row, otherRow);
    this.ventures.moveTo(other.ventures, row, otherRow);
  }

  save(to: StateWriter): void {
    this.doings.save(to.part('rates'));
    this.ventures.save(to.part('ventures'));
  }

  load(from: StateReader): void {
    this.doings.load(from.part('rates'));
    // A state of version 2 counted no ventures.
    if (from.has('ventures')) this.ventures.load(from.part('ventures'));
  }
}
