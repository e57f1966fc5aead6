import { createEngineView, type Engine, type EngineView } from '../engine/index.ts';
import type { EpochMs, FeedId, SensorId } from '../model/index.ts';
import type { FeedImports } from '../posture/index.ts';
import type { CircumstanceKey, Circumstances, Entry, History } from '../store/index.ts';

type Sampled = Omit<Circumstances, 'hour' | 'begun'>;

/** What holds for the whole fleet, looked at after every record and kept when it has changed. */
export class CircumstanceSampler {
  readonly #engine: Engine;
  readonly #view: EngineView;
  /** As last kept, in JSON. */
  readonly #kept = new Map<CircumstanceKey, string>();
  /** What cannot have changed is not looked at: these are replaced whole. */
  readonly #seen = new Map<CircumstanceKey, unknown>();
  /** The record of the journal that brought each feed as it is now. */
  readonly #imports: Map<FeedId, number>;
  /** As last kept. */
  #lastHour: Circumstances['hour'] | null;

  constructor(engine: Engine, history: History) {
    this.#engine = engine;
    this.#view = createEngineView(engine);
    for (const key of [
      'policies',
      'feeds',
      'sites',
      'sensors',
      'dimensions',
      'violations',
      'suppressed',
      'advised',
      'compliance',
      'released',
      'scoring',
    ] as const) {
      const kept = history.circumstance(key);
      if (kept !== null) this.#kept.set(key, JSON.stringify(kept));
    }
    // Nothing was, until something is: most fleets never have any.
    if (!this.#kept.has('suppressed')) this.#kept.set('suppressed', '0');
    if (!this.#kept.has('advised')) this.#kept.set('advised', 'false');
    if (!this.#kept.has('compliance')) this.#kept.set('compliance', '[]');
    if (!this.#kept.has('released')) this.#kept.set('released', 'null');
    this.#imports = new Map(history.circumstance('feeds')?.map(({ id, record }) => [id, record]));
    this.#lastHour = history.circumstance('hour');
  }

  /** What is to be kept now. */
  sample(at: EpochMs): Entry[] {
    const { decider, scoring, sites, compliance, releases } = this.#engine;
    const entries: Entry[] = [];
    const look = <K extends keyof Sampled>(key: K, source: unknown, value: () => Sampled[K]): void => {
      if (source !== null && this.#seen.get(key) === source) return;
      this.#seen.set(key, source);
      const now = value();
      const text = JSON.stringify(now);
      if (this.#kept.get(key) === text) return;
      this.#kept.set(key, text);
      entries.push({ kind: 'circumstance', key, at, value: now } as Entry);
    };
    look('policies', decider, () => decider.policies);
    look('scoring', scoring, () => scoring);
    look('sites', sites, () => this.#view.sites);
    look('feeds', null, () => this.#feeds());
    look('sensors', null, () => this.#sensors());
    look('dimensions', null, () => this.#view.dimensionsAssessed);
    look('violations', null, () => this.#violations());
    look('suppressed', null, () => this.#engine.suppressions.heldBack);
    look('advised', null, () => this.#view.isAdvised);
    look('compliance', compliance.all, () => compliance.all);
    look('released', releases.newest ?? releases, () => releases.newest);
    return [...entries, ...this.#hours(at)];
  }

  /** A feed became active by a record of the journal. */
  noteFeed(id: FeedId, record: number): void {
    this.#imports.set(id, record);
  }

  get imports(): FeedImports {
    return this.#imports;
  }

  #feeds(): Circumstances['feeds'] {
    return [...this.#engine.feeds.values()].map(({ id, asOf, listings }) => {
      return { id, asOf, indicators: listings.length, record: this.#imports.get(id) ?? 0 };
    });
  }

  #sensors(): Circumstances['sensors'] {
    return this.#view.sensors.map(({ sensor, site, silent }) => ({
      sensor: sensor as SensorId,
      site,
      silent,
    }));
  }

  #violations(): number {
    const now = this.#engine.time.now ?? 0;
    return this.#engine.partitions.reduce((sum, { violations }) => sum + violations.count(now), 0);
  }

  #hours(at: EpochMs): Entry[] {
    const last = this.#lastHour;
    const hours = this.#engine.history
      .from(last?.at ?? Number.NEGATIVE_INFINITY)
      .map((hour) => ({ ...hour, contributions: [...hour.contributions] }));
    const text = last === null ? null : JSON.stringify(last);
    const known = hours.findLastIndex((hour) => JSON.stringify(hour) === text);
    const news = hours.slice(known + 1);
    this.#lastHour = news.at(-1) ?? last;
    return news.map((value) => ({ kind: 'circumstance', key: 'hour', at, value }));
  }
}
