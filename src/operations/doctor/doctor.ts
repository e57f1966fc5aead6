import { statfs } from 'node:fs/promises';
import {
  beginningOf,
  datedBy,
  FINISHED_BY,
  type FleetState,
  type JournalRetention,
  segmentAgeMs,
} from '../../data-directory/index.ts';
import { createEngineView } from '../../engine/index.ts';
import type { FleetStatus } from '../../fleet-statistics/index.ts';
import { isSimulated, type SourceStanding } from '../../intake/index.ts';
import type { Fetch, Fetches } from '../../intel/index.ts';
import { TORN_FILE } from '../../journal/index.ts';
import { DAY_MS, type EpochMs, HOUR_MS, iso, type JournalRecord, MINUTE_MS } from '../../model/index.ts';
import type { DoctorReport, OutputReport } from '../operations.ts';
import { reachedBounds } from './bounds.ts';
import { examineSnapshots } from './snapshots.ts';
import { examineSources } from './sources.ts';

type Check = DoctorReport['checks'][number];

/** Below this the journal will soon refuse new events. */
const LOW_DISK_BYTES = 1_073_741_824;

const RECORDS_SHOWN = 5;
const SAID_BY_NOBODY: ReadonlySet<string> = new Set<JournalRecord['kind']>([
  'events',
  'clock',
  'history_end',
]);

/** What is beside the state: where findings go, and where logs and feeds come from. */
interface BesideState {
  readonly outputs: readonly OutputReport[];
  readonly sources: readonly SourceStanding[];
  readonly fetches: Fetches;
  readonly fleet: FleetStatus;
  /** What of the configured trust anchors is believed; nothing where there are none. */
  readonly anchors: DoctorReport['checks'];
  /** What a start would read. */
  readonly start: DoctorReport['checks'];
  readonly retention: JournalRetention;
  /** What this machine's clock says. */
  readonly now: EpochMs;
}

/** What an operator would look at first when something seems wrong. */
export async function examine(
  state: FleetState,
  dir: string,
  { outputs, sources, fetches, fleet, anchors, start, retention, now }: BesideState,
): Promise<DoctorReport> {
  const checks = [
    runtime(),
    ...start,
    await journal(state),
    ...intake(state),
    ...setAside(state),
    ...(await oldRecords(state, retention, now)),
    await examineSnapshots(state, dir),
    past(state),
    ...time(state, now),
    ...erasure(state),
    ...accountKeys(state),
    ...anchors,
    ...reachedBounds(state).map(bound),
    await disk(dir),
    ...outputs.map((each) => output(each, state)),
    ...(await examineSources(sources)),
    ...[...fetches.all()].map(feed),
    ...(fleet.configured ? [reporting(fleet)] : []),
    ...coverage(state),
  ];
  return { healthy: checks.every((each) => each.state !== 'failed'), checks };
}

function runtime(): Check {
  const detail = `Node ${process.versions.node}`;
  const isRecent = Number(process.versions.node.split('.')[0]) >= 24;
  return { check: 'runtime', state: isRecent ? 'ok' : 'failed', detail };
}

async function journal({ journal: log, events }: FleetState): Promise<Check> {
  const [oldest] = await log.closed();
  const since = oldest === undefined ? '' : `, the oldest of before ${iso(oldest.writtenAt).slice(0, 10)}`;
  const kept =
    log.first === 0
      ? ''
      : log.first === log.length
        ? '; all of them stand in the snapshot alone, since an erasure'
        : `; records ${log.first} to ${log.length - 1} are kept${since}`;
  const detail = `${log.length} records, ${events} events${kept}`;
  if (log.torn === null) return { check: 'journal', state: 'ok', detail };
  const { segment, bytes, isCut } = log.torn;
  const torn = isCut
    ? `${bytes} bytes of an unfinished write were cut from ${segment} (as after a crash), and are kept in journal/${TORN_FILE}`
    : `${segment} ends in ${bytes} bytes of an unfinished write (as after a crash): a start cuts them, and keeps them in journal/${TORN_FILE}`;
  return { check: 'journal', state: 'warning', detail: `${detail}; ${torn}` };
}

function intake({ fault }: FleetState): Check[] {
  return fault === null ? [] : [{ check: 'intake', state: 'failed', detail: fault }];
}

/** What somebody said and is not in force is a failure; events that nothing counts are a warning. */
function setAside({ setAside: { all } }: FleetState): Check[] {
  if (all.length === 0) return [];
  const check = 'records set aside';
  const state = all.every(({ kind }) => SAID_BY_NOBODY.has(kind)) ? 'warning' : 'failed';
  const which = all.map(({ record, kind, events, cause }) => {
    return `${record} (${kind}${events > 0 ? `, ${events} of them` : ''}: ${cause})`;
  });
  const more = which.length > RECORDS_SHOWN ? ` and ${which.length - RECORDS_SHOWN} more` : '';
  const waiting = all.filter((each) => each.state === 'retry').length;
  const next = waiting === 0 ? '' : `; the next start applies ${waiting} of them again`;
  const detail = `the engine failed on ${which.slice(0, RECORDS_SHOWN).join(', ')}${more}: posture is without what they say, and they stay in the journal; report it, and after an update try again: stance set-aside retry${next}`;
  return [{ check, state, detail }];
}

const TROUBLE: Readonly<Record<NonNullable<FleetState['past']['trouble']>, string>> = {
  waiting: 'its disk refuses, tried again',
  stopped: 'its disk refused: restart to rebuild it',
  damaged: 'history.db is damaged: restart, which keeps it aside and tells history again',
};

/** What is told of how long records are kept relies on it (docs/privacy.md). A segment's last record is its youngest. */
async function oldRecords(
  { journal: log }: FleetState,
  retention: JournalRetention,
  now: EpochMs,
): Promise<Check[]> {
  const [oldest] = datedBy(now, await log.closed());
  const written = oldest?.writtenAt ?? (await log.growingSince());
  if (written === null) return [];
  const days = (now - written) / DAY_MS;
  // As late as a start can be, and the next look.
  if (days <= retention.journalDays + segmentAgeMs(retention) / DAY_MS + 1) return [];
  const detail = `the journal holds records of ${iso(written).slice(0, 10)}, ${Math.floor(days)} days ago: retention.journal_days is ${retention.journalDays}; they go when two snapshots stand behind them, which needs a record after the newest, and stance serve or a command that takes something in`;
  return [{ check: 'retention', state: 'warning', detail }];
}

/** How far back questions can go; trouble with its disk stops history, never the intake. */
function past(state: FleetState): Check {
  try {
    return historyOf(state);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice =
      'restart Stance; where that does not mend it, stop Stance, move history.db away and start it again';
    return { check: 'history', state: 'failed', detail: `history.db cannot be read (${reason}): ${advice}` };
  }
}

function historyOf({ past: { span, history, trouble } }: FleetState): Check {
  const begun = beginningOf(history);
  const kept = span === null ? 'nothing published yet' : `from ${iso(span.from)} to ${iso(span.until)}`;
  const anew = `begun anew after record ${(begun?.records ?? 0) - 1}: what was published before was lost`;
  const detail = begun === null ? kept : `${kept}; ${anew}`;
  if (trouble === null) return { check: 'history', state: begun === null ? 'ok' : 'warning', detail };
  return { check: 'history', state: 'failed', detail: `${detail}; ${TROUBLE[trouble]}` };
}

/** Time never goes back: a fleet that is ahead waits until the machine's clock is there. An invented one may be anywhere. */
function time({ engine }: FleetState, now: EpochMs): Check[] {
  const { now: known } = createEngineView(engine);
  if (known === null || isSimulated(engine)) return [];
  const detail = `known up to ${iso(known)}`;
  const ahead = known - now;
  if (ahead <= HOUR_MS) return [{ check: 'time', state: 'ok', detail }];
  const by =
    ahead < 2 * DAY_MS ? `${Math.round(ahead / HOUR_MS)} hours` : `${Math.round(ahead / DAY_MS)} days`;
  const what =
    `${detail}, ${by} ahead of this machine's clock (${iso(now)}): until then what comes in is taken as late, and sensors count as silent. ` +
    `If this machine's clock is wrong, set it; if it is right, restore a backup of before the leap (stance restore) and ingest the logs since then`;
  return [{ check: 'time', state: 'warning', detail: what }];
}

/** Somebody was told that it is done when it is done: until then it is owed. */
function erasure({ forgetting }: FleetState): Check[] {
  if (forgetting.isNoteUnreadable) {
    const lost = `erasure.json cannot be read: it names who may be found in what was written before. ${FINISHED_BY}`;
    return [{ check: 'erasure', state: 'failed', detail: lost }];
  }
  const { length } = forgetting.unfinished;
  if (length === 0) return [];
  const detail = `erasure unfinished: ${length === 1 ? 'one user' : `${length} users`} may be found in what was written before; tried every hour and at each start, or now with stance privacy erase ID`;
  return [{ check: 'erasure', state: 'failed', detail }];
}

/** Who was told that a key is destroyed relies on it. */
function accountKeys({ accountKeys: keys }: FleetState): Check[] {
  if (!keys.isDestructionOwed) return [];
  const detail =
    'a key of accounts that nobody needs any more is not destroyed, as its disk refused; tried every hour and at each start';
  return [{ check: 'account keys', state: 'failed', detail }];
}

/** What is beyond is not assessed, and nothing else would say so. */
function bound({ bound: what, detail }: ReturnType<typeof reachedBounds>[number]): Check {
  return { check: `bound of ${what}`, state: 'warning', detail };
}

async function disk(dir: string): Promise<Check> {
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free`;
  return { check: 'disk', state: free < LOW_DISK_BYTES ? 'warning' : 'ok', detail };
}

/** What waits is forgotten within so long, or within half of how long history is kept: somebody should see to it. */
const PRESSING_MS = 7 * DAY_MS;
/** A loss is a warning for so long, in the time of the data; it is told for ever. */
const LOSS_WARNED_MS = 30 * DAY_MS;

/** A receiver that takes nothing is a warning: what it misses waits for it in the history, as long as that is kept. */
function output(report: OutputReport, { engine, past: { keptDays } }: FleetState): Check {
  const { id, to, running, waiting, lagMs, keptForMs, lost, failures, lastError } = report;
  const lag = waiting === 0 ? 'nothing waits' : `${waiting} changes wait, the first for ${minutes(lagMs)}`;
  const told = [`${to}: ${lag}${running ? '' : '; sent while stance serve runs'}`];
  const isPressing = keptForMs !== null && keptForMs < Math.min(PRESSING_MS, (lagMs + keptForMs) / 2);
  if (isPressing)
    told.push(`what waits ${forgottenIn(Math.round(keptForMs / HOUR_MS))} (retention.history_days)`);
  if (lost !== null)
    told.push(`${lost.changes} changes of before ${lost.before} were forgotten before it got them`);
  if (failures > 0) told.push(`failed ${failures} times in a row, last: ${lastError?.message ?? 'unknown'}`);
  const isLossNew =
    lost !== null && engine.now - Date.parse(lost.before) < keptDays * DAY_MS + LOSS_WARNED_MS;
  const state = isPressing || isLossNew || failures > 0 ? 'warning' : 'ok';
  return { check: `output ${id}`, state, detail: told.join('; ') };
}

function forgottenIn(hours: number): string {
  return hours === 0 ? 'is being forgotten' : `begins to be forgotten in ${hours} hours`;
}

/** A feed that cannot be fetched, or not whole, is a warning: the last good one counts, and ages. */
function feed([id, { kind, succeeded, failures, problem }]: readonly [string, Fetch]): Check {
  const last = succeeded === null ? 'never fetched' : `last fetched ${iso(succeeded)}`;
  if (problem === null) return { check: `feed ${id}`, state: 'ok', detail: `${kind}, ${last}` };
  const what = failures === 0 ? 'not whole' : `failed ${failures} times in a row, last`;
  const detail = `${kind}, ${last}; ${what}: ${problem}`;
  return { check: `feed ${id}`, state: 'warning', detail };
}

/** Rounds are released without a site that does not report; its own data is none the worse. */
function reporting({ site, aggregator, running, problem, reports: [last], release }: FleetStatus): Check {
  const check = 'fleet statistics';
  const sent =
    last === undefined ? 'nothing sent yet' : `round ${last.round} ${last.outcome}, tried at ${last.at}`;
  const back = release === null ? 'nothing released yet' : `released: round ${release.round}`;
  const detail = `${site ?? 'unknown'} to ${aggregator ?? 'nobody'}: ${sent}; ${back}${running ? '' : '; sent while stance serve runs'}`;
  const trouble = problem ?? last?.problem ?? null;
  return trouble === null
    ? { check, state: 'ok', detail }
    : { check, state: 'warning', detail: `${detail}; ${trouble}` };
}

function minutes(ms: number): string {
  return `${Math.round(ms / MINUTE_MS)} min`;
}

/** What is assessed and what is not, and why. */
function coverage({ engine }: FleetState): Check[] {
  const { sensors, policies, feeds } = createEngineView(engine);
  const silent = sensors.filter((each) => each.silent).map(({ sensor }) => sensor);
  const heard = `${sensors.length} heard${silent.length > 0 ? `, silent: ${silent.join(', ')}` : ''}`;
  const active = feeds.map(({ id, asOf }) => `${id} of ${iso(asOf).slice(0, 10)}`).join(', ');
  return [
    sensors.length === 0
      ? missing('sensors', 'no telemetry yet: stance ingest PATH, or POST /v1/events')
      : { check: 'sensors', state: silent.length > 0 ? 'warning' : 'ok', detail: heard },
    engine.directory.inventory.size === 0
      ? missing('inventory', 'none: entities are discovered only (stance inventory import FILE)')
      : { check: 'inventory', state: 'ok', detail: `${engine.directory.inventory.size} entries` },
    policies.length === 0
      ? missing('policies', 'none: policy compliance is not assessed (stance policy apply FILE)')
      : { check: 'policies', state: 'ok', detail: `${policies.length} in force` },
    feeds.length === 0
      ? missing('feeds', 'none: threat exposure is not assessed (stance intel import PATH)')
      : { check: 'feeds', state: 'ok', detail: active },
  ];
}

function missing(check: string, detail: string): Check {
  return { check, state: 'warning', detail };
}
