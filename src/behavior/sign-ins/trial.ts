import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from '../../model/index.ts';
import { combine, together } from '../surprise.ts';
import { distinct, type DistinctBits, met, NONE_MET, wasMet } from './distinct-bits.ts';
import { MOST_ATTEMPTS, type SignIn } from './sign-in.ts';

/**
 * A sequential test of one who signs in (threshold random walk: Jung, Paxson, Berger and Balakrishnan 2004; a walk that
 * is held at zero, as in Page's CUSUM, so that a long good history hides nothing). The score is the logarithm of how
 * much likelier what was seen is of one who guesses than of one who knows.
 */
export interface Trial {
  /** Whom it is about; '' for all together. */
  readonly peer: string;
  readonly outbound: boolean;
  score: number;
  /** Of the story that goes on. */
  failures: number;
  /** In whole seconds where there is nothing against it. */
  last: EpochMs;
  /** Sign-ins whose outcome nobody knows, fading within an hour and within five minutes. */
  unknown: number;
  burst: number;
  /** All of them in this story. */
  unknownSeen: number;
  hasSucceeded: boolean;
  accounts: DistinctBits;
  peers: DistinctBits;
  /** Between failures, in ms: mean, mean square, and of how many. */
  gap: number;
  gapSquare: number;
  gaps: number;
  /** Days on which it signed in and nothing was told of it. */
  days: number;
  lastDay: number;
  /** What was told: 0 for nothing, else one more than the binary logarithm of the tries. */
  told: number;
  toldAt: EpochMs;
}

/** ln(P(failure | guesses) / P(failure | knows)): 0.95 / 0.6, for who failed once often fails again. */
const FAILED = Math.log(0.95 / 0.6);
/** For another account, or another machine, than before: 0.95 / 0.15. */
const FAILED_ELSEWHERE = Math.log(0.95 / 0.15);
/** ln(0.02 / 0.4). */
const SUCCEEDED = Math.log(0.02 / 0.4);
/** Of the attempts within one record, no more than so many count. */
const COUNTED_ATTEMPTS = 20;
const LARGEST_SCORE = 40;
const SCORE_HALF_LIFE_MS = 3 * DAY_MS;
/** After so long without any sign the story is another one. */
const STORY_ENDS_MS = 7 * DAY_MS;
/** Sessions of unknown outcome that an ordinary client opens: geometric, of mean 4 in an hour and 0.5 in five minutes. */
const HOURLY_RATIO = 4 / 5;
const BURST_RATIO = 1 / 3;
const BURST_MS = 5 * MINUTE_MS;
const HABIT_DAYS = 3;
/** More of them say no more. */
export const MOST_DAYS = 255;
/** Guessing, when it is this improbable that it is not. */
export const GUESSING_BELOW = 1e-3;

export function newTrial(peer: string, outbound: boolean, time: EpochMs): Trial {
  return {
    peer,
    outbound,
    score: 0,
    failures: 0,
    last: time,
    unknown: 0,
    burst: 0,
    unknownSeen: 0,
    hasSucceeded: false,
    accounts: NONE_MET,
    peers: NONE_MET,
    gap: 0,
    gapSquare: 0,
    gaps: 0,
    days: 0,
    lastDay: 0,
    told: 0,
    toldAt: 0,
  };
}

/** Takes a sign-in into account. Time that goes backwards counts as none. */
export function tried(trial: Trial, { time, outcome, attempts, account, peer, service }: SignIn): void {
  const passed = Math.max(0, time - trial.last);
  if (passed > STORY_ENDS_MS) endStory(trial);
  trial.score *= 2 ** (-passed / SCORE_HALF_LIFE_MS);
  trial.unknown *= Math.exp(-passed / HOUR_MS);
  trial.burst *= Math.exp(-passed / BURST_MS);
  if (outcome === 'failure')
    fail(trial, Math.min(MOST_ATTEMPTS, Math.max(1, attempts ?? 1)), account, peer, passed);
  else if (outcome === 'success') succeed(trial, account);
  else if (service === 'ssh' || service === 'rdp' || service === 'vpn') {
    trial.unknown += 1;
    trial.burst += 1;
    trial.unknownSeen += 1;
    note(trial, account, peer);
  }
  // A day teaches a habit only where nothing was told of it.
  const day = Math.floor(time / DAY_MS);
  if (day > trial.lastDay && trial.told === 0 && outcome !== 'failure') {
    trial.days = Math.min(MOST_DAYS, trial.days + 1);
    trial.lastDay = day;
  }
  trial.last = Math.max(trial.last, time);
}

function fail(
  trial: Trial,
  attempts: number,
  account: string | null,
  peer: string | null,
  passed: number,
): void {
  const isElsewhere =
    trial.failures > 0 &&
    ((account !== null && !wasMet(trial.accounts, account)) ||
      (trial.peer === '' && peer !== null && !wasMet(trial.peers, peer)));
  const further = FAILED * Math.min(COUNTED_ATTEMPTS, attempts - 1);
  const weight = (isElsewhere ? FAILED_ELSEWHERE : FAILED) + further;
  trial.score = Math.min(LARGEST_SCORE, trial.score + weight);
  if (trial.failures > 0 && trial.gaps < 60_000) {
    trial.gaps += 1;
    trial.gap += (passed - trial.gap) / trial.gaps;
    trial.gapSquare += (passed * passed - trial.gapSquare) / trial.gaps;
  }
  trial.failures = Math.min(4e9, trial.failures + attempts);
  note(trial, account, peer);
}

function note(trial: Trial, account: string | null, peer: string | null): void {
  if (account !== null) trial.accounts = met(trial.accounts, account);
  if (trial.peer === '' && peer !== null) trial.peers = met(trial.peers, peer);
}

/** Who guesses at others does not become innocent by an account of its own. */
function succeed(trial: Trial, account: string | null): void {
  trial.hasSucceeded = true;
  if (trial.failures > 0 && account !== null && !wasMet(trial.accounts, account)) return;
  trial.score = Math.max(0, trial.score + SUCCEEDED);
  if (trial.score === 0) endStory(trial);
}

function endStory(trial: Trial): void {
  Object.assign(trial, { failures: 0, unknownSeen: 0, gap: 0, gapSquare: 0, gaps: 0, told: 0 });
  trial.accounts = NONE_MET;
  trial.peers = NONE_MET;
}

/** How probable it is of one who knows: outcomes and the crowd of sessions of unknown outcome, as independent evidence. */
export function innocence(trial: Trial): number {
  return combine([Math.exp(-trial.score), crowd(trial)]);
}

/** Where outcomes are known, or it is an old habit, many sessions are no evidence. */
function crowd(trial: Trial): number {
  if (trial.hasSucceeded || isHabit(trial)) return 1;
  return Math.min(1, together([HOURLY_RATIO ** trial.unknown, BURST_RATIO ** trial.burst]));
}

/** It came on several days before, without a word told of it. */
export function isHabit({ days }: Trial): boolean {
  return days >= HABIT_DAYS;
}

/** It is known to come, as if it had on several days. */
export function expect(trial: Trial): void {
  trial.days = Math.max(trial.days, HABIT_DAYS);
}

/** Whether there is anything against it, or was in this story. */
export function isCharged({ score, failures, unknownSeen, told }: Trial): boolean {
  return score > 0 || failures > 0 || unknownSeen > 0 || told > 0;
}

/** Outcomes alone say that it guesses. */
export function isConvicted({ score }: Trial): boolean {
  return combine([Math.exp(-score), 1]) <= GUESSING_BELOW;
}

export function tries({ failures, unknownSeen }: Trial): number {
  return failures + unknownSeen;
}

/** At least so regular (coefficient of variation), and not faster than a minute: nobody types so. */
const REGULAR = 0.3;
const REGULAR_GAPS = 8;

/** One account failing at the same distance again and again: what has forgotten that its password expired. */
export function isForgotten(trial: Trial): boolean {
  const { gaps, gap, gapSquare } = trial;
  if (gaps < REGULAR_GAPS || gap < MINUTE_MS || distinct(trial.accounts) > 1) return false;
  return Math.sqrt(Math.max(0, gapSquare - gap * gap)) <= REGULAR * gap;
}

/** Said first, then once per doubling, and once a day while it goes on. */
export function isNews(trial: Trial, time: EpochMs): boolean {
  return trial.told === 0 || stage(trial) > trial.told || time - trial.toldAt >= DAY_MS;
}

export function tell(trial: Trial, time: EpochMs): void {
  trial.told = Math.max(1, stage(trial));
  trial.toldAt = time;
}

function stage(trial: Trial): number {
  return 1 + Math.floor(Math.log2(Math.max(1, tries(trial))));
}
