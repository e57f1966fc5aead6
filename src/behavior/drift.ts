import type { Table } from '../columns/index.ts';
import { type HourCounts, HOURS_TO_JUDGE, tempered, WINSOR } from './rates.ts';

/** What was of late: half of it is of the last three days, so that weekends count as they occur. */
const RECENT_HOURS = 3 * 24;
/** The slow anchor: half of it is older than four weeks. Who drifts slowly leaves it behind. */
const ANCHOR_HOURS = 28 * 24;
/** An anchor younger than this holds nothing. */
const LEAST_HOURS = 14 * 24;
/** Far from the anchor: twice as many connections, or four times the bytes (log₂). */
const TIMES = 2;
const MAGNITUDES = 2;
/** … and by so many standard errors of the recent mean. */
const SIGMAS = 5;
/** Hours that the recent mean is of, as it fades: 1 ÷ (1 − 2^(−1/72)). */
const RECENT_WEIGHT = RECENT_HOURS / Math.LN2;
const RECENT_SHARE = 1 - 2 ** (-1 / RECENT_HOURS);
const ANCHOR_SHARE = 1 - 2 ** (-1 / ANCHOR_HOURS);

/** How far an entity has gone from what it was. */
export interface Distance {
  readonly recent: number;
  readonly anchor: number;
  readonly what: 'connections' | 'volume';
}

/** Connections and magnitude of an hour. */
export interface Level {
  readonly connections: number;
  readonly volume: number;
}

/** What was normal for long. */
export interface Drifted extends Level {
  /** What was of late; what a release up to 0.7.0 kept does not say. */
  readonly recent?: Level;
}

/**
 * Two memories of an hour, one short and one long: an attacker who raises the level so slowly that each hour looks
 * like the one before parts them (../shared/research/detection.md §4, poisoning). A legitimate change parts them too,
 * until the anchor has followed or an operator accepts it.
 */
export class Drift {
  readonly #hours;
  readonly #recentConnections;
  readonly #anchorConnections;
  readonly #recentVolume;
  readonly #anchorVolume;

  constructor(rows: Table) {
    this.#hours = rows.u16('drift_hours');
    this.#recentConnections = rows.f32('recent_connections');
    this.#anchorConnections = rows.f32('anchor_connections');
    this.#recentVolume = rows.f32('recent_volume');
    this.#anchorVolume = rows.f32('anchor_volume');
  }

  /**
   * Closes an hour. A flood enters neither memory as it is: it would hold up the anchor for months, and who grows slowly
   * meanwhile would not be seen.
   * @param share what of an hour above the recent mean is taken over: less than 1 of one that may be an attack
   */
  learn(row: number, counts: Pick<HourCounts, 'opened' | 'volume'>, share = 1): void {
    const hours = this.#hours.at(row);
    const usual = this.#recentConnections.at(row);
    const most = hours >= HOURS_TO_JUDGE ? WINSOR * (usual + 1) : counts.opened;
    const opened = tempered(Math.min(counts.opened, most), usual, share);
    const volume = tempered(counts.volume, this.#recentVolume.at(row), share);
    if (hours < 65_535) this.#hours.set(row, hours + 1);
    // A young mean is the plain one, so that the first hour does not stand for weeks.
    const recent = Math.max(RECENT_SHARE, 1 / (hours + 1));
    const anchor = Math.max(ANCHOR_SHARE, 1 / (hours + 1));
    follow(this.#recentConnections, row, opened, recent);
    follow(this.#anchorConnections, row, opened, anchor);
    follow(this.#recentVolume, row, volume, recent);
    follow(this.#anchorVolume, row, volume, anchor);
  }

  /** So many hours in which nothing was done. */
  learnSilence(row: number, times: number): void {
    for (let hour = 0; hour < times; hour++) this.learn(row, EMPTY);
  }

  /**
   * `null` where recent hours are like those of weeks ago.
   * @param variance of the connections of an hour, and of its magnitude
   */
  distance(row: number, variance: Level): Distance | null {
    if (this.#hours.at(row) < LEAST_HOURS) return null;
    const [connections, anchored] = [this.#recentConnections.at(row), this.#anchorConnections.at(row)];
    const error = Math.sqrt(variance.connections / RECENT_WEIGHT);
    if (connections > TIMES * anchored && connections - anchored > SIGMAS * error + 1) {
      return { recent: connections, anchor: anchored, what: 'connections' };
    }
    const [volume, anchoredVolume] = [this.#recentVolume.at(row), this.#anchorVolume.at(row)];
    const volumeError = Math.sqrt(variance.volume / RECENT_WEIGHT);
    if (volume - anchoredVolume > MAGNITUDES && volume - anchoredVolume > SIGMAS * volumeError) {
      return { recent: volume, anchor: anchoredVolume, what: 'volume' };
    }
    return null;
  }

  /** Connections of an hour of late. */
  recent(row: number): number {
    return this.#recentConnections.at(row);
  }

  /**
   * What is of late is what is normal; gives what was, to take it back.
   * @param level of an hour, where the recent means have not reached it yet
   */
  accept(row: number, level: Level): Drifted {
    const before = { connections: this.#anchorConnections.at(row), volume: this.#anchorVolume.at(row) };
    const recent = { connections: this.#recentConnections.at(row), volume: this.#recentVolume.at(row) };
    const now = {
      connections: Math.max(recent.connections, level.connections),
      volume: Math.max(recent.volume, level.volume),
    };
    this.revert(row, { ...now, recent: now });
    return { ...before, recent };
  }

  revert(row: number, { connections, volume, recent }: Drifted): void {
    this.#anchorConnections.set(row, connections);
    this.#anchorVolume.set(row, volume);
    if (recent === undefined) return;
    this.#recentConnections.set(row, recent.connections);
    this.#recentVolume.set(row, recent.volume);
  }
}

const EMPTY = { opened: 0, volume: 0 };

function follow(column: ReturnType<Table['f32']>, row: number, value: number, share: number): void {
  const before = column.at(row);
  column.set(row, before + (value - before) * share);
}
