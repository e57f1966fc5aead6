import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BelievedClock, type Effects, type Progress } from '../effects/index.ts';
import type { Engine } from '../engine/index.ts';
import {
  type EmbeddedJournal,
  type JournalOptions,
  openJournal,
  TORN_FILE,
  type TornTail,
} from '../journal/index.ts';
import type { JournalRecord } from '../model/index.ts';
import type { Remaining } from '../posture/index.ts';
import { loadKeys, type SealingKeys } from '../privacy/index.ts';
import { OperationError } from '../refusals/index.ts';
import { keepSnapshots, listSnapshots } from '../snapshot/index.ts';
import { type History, isDamagedHistory } from '../store/index.ts';
import { DerivedState } from './derived-state.ts';
import { EngineFault, isOfTheEngine } from './engine-fault.ts';
import { beginHistory } from './history-beginning.ts';
import { historyMark, openHistoryOf, replaceHistory, setHistoryAside } from './history-file.ts';
import { HistoryKeeper } from './history-keeper.ts';
import type { SnapshotMark } from './journal-tail.ts';
import { type From, recover, SNAPSHOTS } from './recovery.ts';
import { SetAside } from './set-aside.ts';

export const KEYS = 'keys';
/** Until somebody says for how long, and who reads it: a start alone forgets nothing. */
const HISTORY_DAYS = Number.POSITIVE_INFINITY;
/** Replaying goes on for so long before others have their turn: who asks for health is answered during a start. */
const REPLAY_TURN_MS = 8;

/** What a data directory holds, opened: all of it stands after the journal's last record. */
export interface Opened {
  readonly journal: EmbeddedJournal;
  readonly derived: DerivedState;
  readonly past: HistoryKeeper;
  /** What this process takes for the time, wherever something cannot be taken back. */
  readonly clock: BelievedClock;
  /** What was set out from. */
  readonly snapshot: SnapshotMark;
  readonly isOfOlderForm: From['isOfOlderForm'];
  readonly damaged: From['damaged'];
  readonly setAside: SetAside;
}

/** A state that stands where its snapshot stands, and moves up to the journal's end. */
export interface Standing {
  readonly engine: Engine;
  readonly past: HistoryKeeper;
  /** How much is not taken in yet. */
  remaining(): Remaining;
}

/** Those who look on while a directory is opened. */
export interface OpeningWatch {
  readonly progress: Progress;
  /**
   * There is a state to answer from, long before all records are in it. It is told again where the opening had to begin
   * anew, and not where there was no snapshot: an empty fleet is no answer.
   */
  readonly standing?: (standing: Standing) => void;
  /** Nobody waits for it any more: it ends where it is, and the next one begins again. */
  readonly isGivenUp?: () => boolean;
}

/** Opens a data directory that this process owns: the newest snapshot, and the journal's records since then. */
export async function openDirectory(
  dir: string,
  effects: Effects,
  watch: OpeningWatch,
  options: JournalOptions,
): Promise<Opened> {
  const acknowledged = acknowledgedIn(dir);
  const journal = await openJournal(join(dir, 'journal'), { acknowledged, ...options });
  if (journal.torn?.isCut === true) effects.reportFault('journal', cutOff(journal.torn));
  try {
    const setAside = await SetAside.read(dir, options.isLookedAt);
    const opened = await whateverTheEngine({ dir, journal, setAside }, effects, watch);
    await settle({ dir, journal, setAside }, opened.past, effects);
    return opened;
  } catch (cause) {
    await journal.close();
    throw cause;
  }
}

/** What is on disk, while it is opened. */
interface OnDisk {
  readonly dir: string;
  readonly journal: EmbeddedJournal;
  readonly setAside: SetAside;
}

/** How many records were on disk at least: snapshot and history are written only of what is. */
function acknowledgedIn(dir: string): number {
  const [newest] = listSnapshots(join(dir, SNAPSHOTS));
  return Math.max(newest?.records ?? 0, historyMark(dir));
}

function cutOff({ segment, offset, bytes }: TornTail): Error {
  return new Error(
    `${bytes} bytes at the end of journal segment ${segment}, from byte ${offset}, were no whole write and are cut: as ` +
      `after a crash, when they were never acknowledged. They are kept in journal/${TORN_FILE}`,
  );
}

/**
 * A record that the engine fails on is no reason not to start: it is set aside, what was applied of it by half is thrown
 * away, and the start begins again.
 */
async function whateverTheEngine(onDisk: OnDisk, effects: Effects, watch: OpeningWatch): Promise<Opened> {
  for (;;) {
    try {
      return await whateverTheHistory(onDisk, effects, watch);
    } catch (cause) {
      if (!(cause instanceof EngineFault)) throw cause;
      await onDisk.setAside.note(cause, effects.now());
      effects.reportFault('journal', cause);
    }
  }
}

/** A damaged history is no reason not to start: it follows from the journal, and where it does not, it begins anew. */
async function whateverTheHistory(onDisk: OnDisk, effects: Effects, watch: OpeningWatch): Promise<Opened> {
  try {
    return await recovered(onDisk, effects, watch);
  } catch (cause) {
    if (!isDamagedHistory(cause)) throw cause;
    setHistoryAside(onDisk.dir, 'is damaged', effects, cause);
    return await recovered(onDisk, effects, watch);
  }
}

async function recovered(onDisk: OnDisk, effects: Effects, watch: OpeningWatch): Promise<Opened> {
  const { dir, journal } = onDisk;
  const { progress } = watch;
  if (journal.length > 0) refuseLostKeys(dir);
  const keys = await loadKeys(join(dir, KEYS), effects.random);
  let history = openHistoryOf(dir, journal, new DerivedState(keys).keyCheck);
  try {
    const { from, back } = await recoveredBefore(onDisk, keys, history, effects, progress);
    for (const each of from.damaged) effects.reportFault('snapshot', each);
    if (from.isHistoryLost || back === 'unknown') {
      progress({ what: 'Beginning a new history', share: null });
      history = replaceHistory(dir, history, effects);
      if (from.records > 0) beginHistory(from.state.engine, history, from.records);
    } else if (back !== null) history.takeBack(back);
    return await upToDate(from, onDisk, history, effects, watch);
  } catch (cause) {
    history.close();
    throw cause;
  }
}

/**
 * A state that stands before all that this start applies otherwise than those before it did.
 * @returns also to where the history has to go back; `null`: it need not, `unknown`: it cannot
 */
async function recoveredBefore(
  { dir, journal, setAside }: OnDisk,
  keys: SealingKeys,
  history: History,
  effects: Effects,
  progress: Progress,
): Promise<{ readonly from: From; readonly back: number | 'unknown' | null }> {
  const { records } = history.mark;
  const upTo = (record: number): From => recover(dir, keys, journal, Math.min(records, record), progress);
  for (;;) {
    const first = setAside.goesBackTo(history.mark);
    if (first === null) return { from: upTo(records), back: null };
    const point = history.pointBefore(first);
    const from = upTo(point ?? first);
    if (point !== null && from.records <= point) return { from, back: point };
    const outOfReach = await setAside.giveUpRetries();
    // An engine that fails now on what another took in, where nothing leads to before it but a new beginning.
    if (outOfReach.length === 0) return { from: upTo(first), back: 'unknown' };
    for (const { record } of outOfReach)
      effects.reportFault(
        'journal',
        new Error(`record ${record} stays set aside: nothing leads to before it any more`),
      );
  }
}

/** What a disk refuses here the next start does: it begins where this one did. */
async function settle(
  { dir, journal, setAside }: OnDisk,
  past: HistoryKeeper,
  { reportFault }: Effects,
): Promise<void> {
  // The list says that there is nothing to take back when what was taken back is on the disk, and not before.
  if (setAside.unsettled !== null && past.settle() < journal.length) return;
  try {
    dropUnsettled(dir, setAside);
    await setAside.settle(journal.first);
  } catch (cause) {
    reportFault('journal', cause);
  }
}

/** Snapshots of before that hold something else than the state that was come to. */
function dropUnsettled(dir: string, { unsettled }: SetAside): void {
  if (unsettled === null) return;
  const shelf = join(dir, SNAPSHOTS);
  const all = listSnapshots(shelf).map(({ records }) => records);
  keepSnapshots(
    shelf,
    all.filter((records) => records <= unsettled),
  );
}

/** Replays what the journal holds beyond the snapshot. */
async function upToDate(
  { state, records: first, isOfOlderForm, damaged }: From,
  { journal, setAside }: OnDisk,
  history: History,
  effects: Effects,
  { progress, standing, isGivenUp = () => false }: OpeningWatch,
): Promise<Opened> {
  const clock = new BelievedClock(effects);
  const settings = { firstRecord: first, keptDays: HISTORY_DAYS, now: () => clock.now() };
  const past = new HistoryKeeper(state.engine, history, settings, effects.reportFault);
  const both = { state, past };
  const snapshot = { records: first, events: state.events, relisted: state.relisted };
  const tail = journal.length - first;
  let taken = 0;
  if (first > 0) {
    standing?.({ engine: state.engine, past, remaining: () => ({ records: tail - taken, of: tail }) });
  }
  try {
    let turnBegan = performance.now();
    for await (const records of journal.read(first)) {
      for (const { seq, record } of records) {
        if (isGivenUp()) throw givenUp(tail - taken);
        const steps = setAside.isPassedOver(seq) ? passingOver(both, record) : replaying(both, seq, record);
        for (const _ of steps) {
          if (performance.now() - turnBegan < REPLAY_TURN_MS) continue;
          await nextTurn();
          if (isGivenUp()) throw givenUp(tail - taken);
          turnBegan = performance.now();
        }
        if (record.kind === 'erasure') await past.catchUp();
        taken = seq + 1 - first;
        if (seq % 50 === 0) progress({ what: 'Replaying the journal', share: taken / tail });
      }
    }
    state.refuseMissingEpoch();
    // What was met on the way is made up for now, while nothing depends on this opening.
    past.write();
    if (past.damage !== null) throw past.damage;
    sign(history, state, effects);
  } catch (cause) {
    past.giveUp();
    throw cause;
  }
  return { journal, derived: state, past, clock, snapshot, isOfOlderForm, damaged, setAside };
}

function givenUp(left: number): OperationError {
  return new OperationError(
    'stopping',
    `Stance is ending, with ${left} records of its journal not read yet.`,
  );
}

/** The journal agreed with the keys. A disk that refuses it is told, and asked again by the next start. */
function sign(history: History, { keyCheck }: DerivedState, { reportFault }: Effects): void {
  try {
    history.belongTo(keyCheck);
  } catch (cause) {
    reportFault('history', cause);
  }
}

/** Without its keys a journal's identities would all become new ones, silently. */
function refuseLostKeys(dir: string): void {
  if (existsSync(join(dir, KEYS))) return;
  throw new OperationError(
    'keys_missing',
    `${dir} has a journal but not the keys that sealed it (${KEYS}/): restore the keys from a backup, or start with an empty directory.`,
  );
}

/** The state, and the history that hears of it. */
interface Both {
  readonly state: DerivedState;
  readonly past: HistoryKeeper;
}

/** All at once: it is little. */
function* passingOver({ state, past }: Both, record: JournalRecord): Generator<void, void> {
  state.passOver(record);
  past.passedOver();
  yield;
}

/** A fault on a record is told with its number: it is the same at every start. */
function* replaying({ state, past }: Both, seq: number, record: JournalRecord): Generator<void, void> {
  try {
    yield* state.replaying(record);
    past.applied(record);
    // Many small ones have their turns too.
    yield;
  } catch (cause) {
    throw isOfTheEngine(cause) ? new EngineFault(seq, record, cause) : cause;
  }
}
