import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PostError, sendReport } from '../aggregation/index.ts';
import type { FleetConfig } from '../config/index.ts';
import type { FleetState } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import { createEngineView } from '../engine/index.ts';
import { type EpochMs, MINUTE_MS, type Report, type Round } from '../model/index.ts';
import { pauseAfter } from '../outputs/index.ts';
import { type Turn, turnByTurn } from '../posture/index.ts';
import { encryptInThread } from './encryption-thread.ts';
import type { FleetDesk, SiteKeys } from './fleet-desk.ts';
import { releasesAt } from './release-place.ts';
import { answered, mayHaveArrived, prepared, type SentReport, trying } from './sent-reports.ts';
import { siteBlock } from './site-block.ts';

/** After the first failure; doubled with each, up to an eighth of a round. */
const RETRY_MS = MINUTE_MS;
/** How often releases are looked for, or at least four times a round. */
const LOOK_EVERY_MS = 15 * MINUTE_MS;
const ACTOR = 'fleet schedule';
/** A timer holds no more. */
const LONGEST_PAUSE_MS = 2 ** 31 - 1;
/** Reports are sent in the first half of a round: what the second half is for is trying again. */
const SENDING_SHARE = 0.5;

/**
 * Reports to the aggregator once a round, at an instant of its own, also when there is nothing to report: zeros look like
 * everything else. What could not be sent is tried again while an aggregator takes it, this round and the next. And looks
 * for what the key holder let out.
 */
export class SiteClient {
  readonly #desk: FleetDesk;
  readonly #config: FleetConfig;
  readonly #state: FleetState;
  readonly #effects: Effects;
  readonly #turn: Turn = turnByTurn();
  readonly #closing = new AbortController();
  #running: readonly Promise<void>[] = [];
  #next: EpochMs | null = null;
  #releaseProblem: string | null = null;

  constructor(
    desk: FleetDesk,
    config: FleetConfig,
    { state, effects }: { state: FleetState; effects: Effects },
  ) {
    this.#desk = desk;
    this.#config = config;
    this.#state = state;
    this.#effects = effects;
  }

  /** From now on by itself, until it is closed. */
  start(): this {
    const { releases } = this.#config;
    this.#running = [
      this.#again(() => this.report()),
      ...(releases === null ? [] : [this.#again(() => this.look(releases))]),
    ];
    return this;
  }

  /** When a report is sent next. */
  get nextReport(): EpochMs | null {
    return this.#next;
  }

  /** What keeps releases from coming; `null` where nothing does. */
  get problem(): string | null {
    return this.#releaseProblem;
  }

  /** What a probe without a token may know: no place, nothing of any device. */
  health(): Readonly<Record<string, unknown>> {
    const [last] = this.#desk.sent.all();
    return {
      round: last?.round ?? null,
      outcome: last?.outcome ?? null,
      sent_at: last?.at ?? null,
      failures: this.#desk.sent.failures,
      released_round: this.#state.engine.releases.newest?.round ?? null,
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#running);
  }

  /** Sends what is due, and says how long until something is. */
  async report(): Promise<number> {
    const keys = await this.#desk.keys();
    const { roundMs } = keys.agreement;
    const now = this.#effects.now();
    const round = Math.floor(now / roundMs);
    await this.#forgetMissed(round);
    const due = round * roundMs + offsetOf(keys);
    const left = [round - 1, round].filter((each) => this.#isLeft(each, keys, now));
    const rounds = now >= due && this.#desk.sent.of(round) === null ? [...left, round] : left;
    for (const each of rounds) await this.#send(each, keys);
    const isWaiting = rounds.some((each) => this.#desk.sent.of(each)?.outcome === 'waiting');
    const retry = { firstMs: RETRY_MS, mostMs: Math.max(RETRY_MS, roundMs / 8) };
    const nextDue = this.#dueNext(round, keys);
    const wait = isWaiting
      ? pauseAfter(Math.max(1, this.#desk.sent.failures), retry, this.#effects.random)
      : nextDue - this.#effects.now();
    this.#next = this.#effects.now() + Math.max(0, wait);
    return wait;
  }

  /** Still to be taken: without an answer, or refused once while it is not yet time to ask again. */
  #isLeft(round: Round, keys: SiteKeys, now: EpochMs): boolean {
    return (
      this.#desk.sent.of(round)?.outcome === 'waiting' ||
      (this.#isAskedAgain(round, keys) && now >= secondInstant(round, keys))
    );
  }

  /**
   * A first refusal is not believed: an aggregator that has yet to be started with the new agreement, or a clock that was
   * wrong, is set right meanwhile. The second one is.
   */
  #isAskedAgain(round: Round, keys: SiteKeys): boolean {
    const sent = this.#desk.sent.of(round);
    return sent?.outcome === 'refused' && sent.at < secondInstant(round, keys);
  }

  #dueNext(round: Round, keys: SiteKeys): EpochMs {
    const due = round * keys.agreement.roundMs + offsetOf(keys);
    if (this.#desk.sent.of(round) === null) return due;
    return this.#isAskedAgain(round, keys) ? secondInstant(round, keys) : due + keys.agreement.roundMs;
  }

  async #send(round: Round, keys: SiteKeys): Promise<void> {
    const { sent } = this.#desk;
    const report = await this.#reportOf(round, keys);
    const { origin } = this.#config.aggregator;
    const sha256 = createHash('sha256').update(report.bytes).digest('hex');
    const known = sent.of(round) ?? prepared(report, sha256, origin, this.#effects.now());
    const before = { ...known, sha256, bytes: report.bytes.length };
    if (this.#closing.signal.aborted) return sent.note(before);
    // The try is on disk before anything leaves: what was sent is never unknown, though the process ends here.
    const begun = trying(before, origin, this.#effects.now());
    await sent.note(begun);
    const note = { ...(await this.#tried(report, before, begun)), at: this.#effects.now() };
    await sent.note(note);
    // The log hears of the first failure in a row; the status tells of the last.
    if (note.problem !== null && (before.tries === 0 || note.outcome === 'refused'))
      this.#effects.reportFault('fleet report', new Error(note.problem));
  }

  async #tried(report: Report, before: SentReport, begun: SentReport): Promise<SentReport> {
    try {
      if (await sendReport(this.#config.aggregator, report))
        return { ...answered(begun), outcome: 'taken', problem: null };
    } catch (cause) {
      if (!(cause instanceof PostError)) throw cause;
      const { destinations } = cause.mayHaveArrived ? begun : before;
      return { ...begun, destinations, problem: cause.message };
    }
    const note = answered(begun);
    if (mayHaveArrived(note)) return { ...note, outcome: 'unanswered', problem: null };
    return { ...note, outcome: 'refused', problem: refusalOf(report.header.round) };
  }

  async #reportOf(round: Round, keys: SiteKeys): Promise<Report> {
    const kept = await keys.kept(round);
    if (kept !== null) return kept;
    const { agreement } = keys;
    const block = await siteBlock(createEngineView(this.#state.engine), agreement.cohorts.names, this.#turn);
    return encryptInThread({ keys: this.#config.keys, block, round });
  }

  /** An aggregator takes reports of this round and the one before. */
  async #forgetMissed(round: Round): Promise<void> {
    for (const each of this.#desk.sent.all()) {
      if (each.outcome === 'waiting' && each.round < round - 1)
        await this.#desk.sent.note({ ...each, outcome: 'missed' });
    }
  }

  /** Takes over what was let out since; says how long until it is worth to look again. */
  async look(place: string | URL): Promise<number> {
    const keys = await this.#desk.keys();
    const wait = Math.min(LOOK_EVERY_MS, keys.agreement.roundMs / 4);
    this.#desk.releasesFetchedAt = this.#effects.now();
    try {
      const { texts, problem } = await releasesAt(place);
      await this.#desk.importNewest(texts, keys, ACTOR);
      this.#noteReleaseProblem(problem === null ? null : new Error(problem));
    } catch (cause) {
      this.#noteReleaseProblem(cause instanceof Error ? cause : new Error(String(cause)));
    }
    return wait;
  }

  /** The log hears of the first in a row; the status tells of the last. */
  #noteReleaseProblem(problem: Error | null): void {
    if (this.#releaseProblem === null && problem !== null)
      this.#effects.reportFault('fleet release', problem);
    this.#releaseProblem = problem?.message ?? null;
  }

  /** Does something until it is closed; it says how long to wait for the next time. */
  async #again(work: () => Promise<number>): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const wait = await work().catch((cause: unknown) => {
        if (!signal.aborted) this.#effects.reportFault('fleet', cause);
        return RETRY_MS;
      });
      const ms = Math.min(Math.max(1, wait), LONGEST_PAUSE_MS);
      await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

/** In the second half, as far into it as the first one is into the first. */
function secondInstant(round: Round, keys: SiteKeys): EpochMs {
  const { roundMs } = keys.agreement;
  return round * roundMs + SENDING_SHARE * roundMs + offsetOf(keys);
}

function refusalOf(round: Round): string {
  return `the aggregator refused the report of round ${round}: its log says why (another agreement, a clock that is wrong, a site that is not enrolled)`;
}

/** The same in every round, another for each site: they do not come all at once, and when says nothing. */
function offsetOf({ site, agreement: { paramsHash, roundMs } }: SiteKeys): number {
  const hash = createHash('sha256').update(`${paramsHash}/${site}`).digest();
  return Math.floor((hash.readUInt32BE() / 2 ** 32) * SENDING_SHARE * roundMs);
}
