import type { SourceConfig } from '../config/index.ts';
import type { FleetState } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import { createEngineView } from '../engine/index.ts';
import type { Intake } from '../http/index.ts';
import { type EpochMs, HOUR_MS, type SensorId, type SiteId } from '../model/index.ts';
import { FairLine, type Follower, followFolder, takeOcsfBatch } from '../sources/index.ts';
import { intakePort } from './intake.ts';
import { JournalTrouble } from './journal-trouble.ts';
import { isSimulated } from './simulated-data.ts';
import type { SourceStanding } from './source-standing.ts';
import { SourceWatch } from './source-watch.ts';

/** A live process says what time it is so often, and only while it has a live source. */
const CLOCK_EVERY_MS = 5_000;
/** An intake without a batch for so long is no live source any more. */
const LIVE_FOR_MS = 15 * 60_000;
/** What followers refused is looked for so often. */
const WATCH_EVERY_MS = 10_000;

/**
 * A sender is the sensor of what it sends, under its token's name: no token can speak for another's
 * sensors, nor for those whose logs are read here.
 */
function sensorOf(actor: string, producer: string | null): SensorId {
  // No name has a slash: two tokens never give one sensor.
  return `http:${actor}${producer === null ? '' : `/${producer}`}` as SensorId;
}

interface Followed {
  readonly path: string;
  readonly follower: Follower;
  readonly watch: SourceWatch;
}

/** What flows in while the process lives: HTTP batches and followed folders. They make time move. */
export class LiveSources {
  readonly #effects: Effects;
  readonly #trouble: JournalTrouble;
  readonly #line = new FairLine();
  #opened: { readonly state: FleetState; readonly site: SiteId } | null = null;
  #followed: readonly Followed[] = [];
  #ticking: NodeJS.Timeout | null = null;
  #watching: NodeJS.Timeout | null = null;
  /** What the log was told of, and when; by the clock that nobody sets, as below. */
  readonly #told = new Map<string, number>();
  #lastBatchAt = Number.NEGATIVE_INFINITY;

  constructor(effects: Effects) {
    this.#effects = effects;
    this.#trouble = new JournalTrouble(effects);
  }

  /** The history is in: begins to follow, and takes batches from now on. */
  open(state: FleetState, site: SiteId, sources: readonly SourceConfig[]): void {
    this.#opened = { state, site };
    const now = (): EpochMs => this.#latest(state);
    const port = intakePort(state);
    const onFault = (cause: unknown): void => this.#tell('follow', cause);
    this.#followed = sources.map(({ path, site: at, sensor }) => {
      const follower = followFolder(path, { site: at, sensor, now, port, onFault });
      return { path, follower, watch: new SourceWatch(path, follower, this.#effects) };
    });
    this.#ticking = setInterval(() => this.#tick(state), CLOCK_EVERY_MS);
    this.#ticking.unref();
    this.#watching = setInterval(() => {
      for (const { watch } of this.#followed) watch.look();
    }, WATCH_EVERY_MS);
    this.#watching.unref();
  }

  /** How the followed folders do. */
  standings(): readonly SourceStanding[] {
    return this.#followed.map(({ path, watch }) => ({ path, report: watch.report() }));
  }

  readonly intake: Intake = async (body, { producer, sequence }, actor) => {
    if (this.#opened === null) return { kind: 'starting' };
    const { state, site } = this.#opened;
    if (isSimulated(state.engine)) return { kind: 'simulated' };
    const now = this.#latest(state);
    const numbered = producer === null || sequence === null ? null : { producer, sequence };
    const context = { site, sensor: sensorOf(actor, producer), now };
    const port = intakePort(state);
    const taking = takeOcsfBatch(body, { context, numbered, port, line: this.#line, actor });
    const outcome = await this.#trouble.toldOf(taking);
    // Of who sends nothing that can be taken nobody knows whether it is a source.
    if ('accepted' in outcome && outcome.accepted > 0) this.#lastBatchAt = this.#effects.elapsed();
    return outcome;
  };

  async close(): Promise<void> {
    if (this.#ticking !== null) clearInterval(this.#ticking);
    if (this.#watching !== null) clearInterval(this.#watching);
    await Promise.all(this.#followed.map(({ follower }) => follower.stop()));
  }

  #tick(state: FleetState): void {
    const { elapsed } = this.#effects;
    if (this.#followed.length === 0 && elapsed() - this.#lastBatchAt > LIVE_FOR_MS) return;
    const at = state.clock.nowFor(createEngineView(state.engine).now);
    if (at === null) return;
    state.append({ kind: 'clock', at }).catch((cause: unknown) => this.#tell('clock', cause));
  }

  /** A full disk refuses every five seconds, for as long as it is full: it is told once an hour. */
  #tell(where: 'follow' | 'clock', cause: unknown): void {
    const { elapsed, reportFault } = this.#effects;
    for (const [what, at] of this.#told) if (elapsed() - at >= HOUR_MS) this.#told.delete(what);
    const what = `${where}: ${cause instanceof Error ? cause.message : String(cause)}`;
    if (this.#told.has(what)) return;
    this.#told.set(what, elapsed());
    reportFault(where, cause);
  }

  /** Refused as of the future is only what is ahead of the machine's clock, whether it is believed or not. */
  #latest({ clock }: FleetState): EpochMs {
    return Math.max(clock.now(), this.#effects.now());
  }
}
