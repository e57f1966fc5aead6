import { join } from 'node:path';
import type { OutputConfig } from '../../config/index.ts';
import {
  beginningOf,
  type FleetState,
  type Forgotten,
  type HistoryReader,
} from '../../data-directory/index.ts';
import type { Effects } from '../../effects/index.ts';
import {
  BEFORE_ALL,
  DAY_MS,
  type EpochMs,
  isBefore,
  iso,
  isoOrNull,
  type Origin,
} from '../../model/index.ts';
import {
  Courier,
  type CourierPace,
  type CourierStatus,
  type Cursor,
  readCursor,
  type Sink,
  writeCursor,
} from '../../outputs/index.ts';
import type { OutputReport } from '../operations.ts';
import { outboxOf } from './findings.ts';

/** Below the data directory; a file for each sink. */
export const OUTPUTS = 'outputs';

/** Says how the sinks of a directory are doing. */
export type OutputReports = () => Promise<readonly OutputReport[]>;

/** A sink that is ready to send, and what the configuration says of it. */
export interface OpenSink {
  readonly config: OutputConfig;
  readonly sink: Sink;
}

interface Running {
  readonly config: OutputConfig;
  readonly courier: Courier;
}

/** The couriers of a running server. */
export class Outputs {
  readonly #state: FleetState;
  readonly #couriers: readonly Running[];

  private constructor(state: FleetState, couriers: readonly Running[]) {
    this.#state = state;
    this.#couriers = couriers;
  }

  /** Goes on where each sink was; a new one begins where its configuration says. */
  static async start(
    state: FleetState,
    dir: string,
    sinks: readonly OpenSink[],
    effects: Effects,
    pace?: CourierPace,
  ): Promise<Outputs> {
    const outbox = outboxOf(state);
    const { now, random, reportFault } = effects;
    const couriers: Running[] = [];
    for (const { config, sink } of sinks) {
      const { id: name, minLevel } = config;
      const cursorPath = pathOf(dir, config);
      const cursor = await cursorOf(state, cursorPath, config, effects);
      const courier = new Courier({
        name,
        sink,
        outbox,
        minLevel,
        cursorPath,
        cursor,
        now,
        random,
        reportFault,
        ...(pace === undefined ? {} : { pace }),
      });
      couriers.push({ config, courier });
    }
    state.past.readBy(() =>
      couriers.map(({ config, courier }) => ({ name: config.id, cursor: courier.cursor })),
    );
    return new Outputs(state, couriers);
  }

  readonly reports: OutputReports = async () => this.#reports();

  /** What a probe without a token may know: no place. */
  health(): readonly Readonly<Record<string, unknown>>[] {
    return this.#reports().map(({ id, waiting, lagMs, lost, failures, lastError }) => ({
      id,
      waiting,
      lag_ms: lagMs,
      lost: lost?.changes ?? 0,
      failures,
      last_error: lastError,
    }));
  }

  #reports(): readonly OutputReport[] {
    return this.#couriers.map(({ config, courier }) => reportOf(this.#state, config, () => courier.status));
  }

  async close(): Promise<void> {
    await Promise.all(this.#couriers.map(({ courier }) => courier.close()));
  }
}

/** How far the sinks are of a directory that nobody serves: what waits is sent by the next `stance serve`. */
export function restingOutputs(
  state: FleetState,
  dir: string,
  outputs: readonly OutputConfig[],
): OutputReports {
  return () =>
    Promise.all(
      outputs.map(async (config) => {
        const cursor = await readCursor(pathOf(dir, config)).catch(() => null);
        return reportOf(
          state,
          config,
          () => {
            const waiting = cursor === null ? null : outboxOf(state).waiting(cursor, WAITING_COUNTED);
            return {
              ...NOTHING_DONE,
              waiting: waiting?.count ?? 0,
              oldestWaiting: waiting?.oldest ?? null,
            };
          },
          false,
        );
      }),
    );
}

/**
 * How far each sink is that is configured, for as long as nobody sends: whoever forgets then counts what they lose. Of one
 * whose cursor is damaged nobody can: that is told.
 */
export async function restingReaders(
  dir: string,
  outputs: readonly OutputConfig[],
  { reportFault }: Pick<Effects, 'reportFault'>,
): Promise<readonly HistoryReader[]> {
  const readers = await Promise.all(
    outputs.map(async (config) => {
      const cursor = await readCursor(pathOf(dir, config)).catch((cause: unknown) => {
        reportFault(`output ${config.id}`, cause);
        return null;
      });
      return cursor === null ? [] : [{ name: config.id, cursor }];
    }),
  );
  return readers.flat();
}

const WAITING_COUNTED = 100_000;
const NOTHING_DONE = { waiting: 0, oldestWaiting: null, lastSentAt: null, failures: 0, lastError: null };

async function cursorOf(
  state: FleetState,
  path: string,
  { id, begin }: OutputConfig,
  effects: Effects,
): Promise<Cursor> {
  state.past.write();
  const { history } = state.past;
  const known = await readCursor(path);
  if (known === null) {
    history.readAnew(id);
    const first = begin === 'oldest' ? BEFORE_ALL : (history.newestPublished ?? BEFORE_ALL);
    // Durable before anything more is told: from here on nothing is lost.
    await writeCursor(path, first);
    return first;
  }
  const { records, changes } = history.mark;
  const end: Origin = { record: records, ordinal: changes };
  // The directory was restored to an earlier state than the cursor is of: what is told again by other events is new.
  if (isBefore(end, known)) {
    // Durable too: what waits when this process ends is not the end of the next one.
    await writeCursor(path, end);
    return end;
  }
  const begun = beginningOf(history);
  if (begun !== null && known.record + 1 < begun.records) {
    const lost = `history was begun anew after record ${begun.records - 1}: findings of records ${known.record} to ${begun.records - 1} may be missing`;
    effects.reportFault(`output ${id}`, new Error(lost));
  }
  return known;
}

function pathOf(dir: string, { id }: OutputConfig): string {
  return join(dir, OUTPUTS, `${id}.json`);
}

type Status = Omit<CourierStatus, 'cursor'>;

/** A history that cannot be read is its own trouble: what is asked beside it is answered, by whoever watches the process too. */
function reportOf(
  state: FleetState,
  config: OutputConfig,
  status: () => Status,
  running = true,
): OutputReport {
  try {
    return told(state, config, { ...status(), lost: state.past.history.forgotten(config.id), running });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const lastError = { at: nowOf(state), message: `the history cannot be read: ${reason}` };
    return told(state, config, { ...NOTHING_DONE, failures: 1, lastError, lost: null, running });
  }
}

function told(
  state: FleetState,
  config: OutputConfig,
  how: Status & { readonly lost: Forgotten | null; readonly running: boolean },
): OutputReport {
  const { id, type, minLevel } = config;
  const { waiting, oldestWaiting, lastSentAt, failures, lastError, lost, running } = how;
  const { keptDays } = state.past;
  const keptMs = keptDays * DAY_MS;
  return {
    id,
    type,
    to: placeOf(config),
    minLevel,
    running,
    waiting,
    lagMs: oldestWaiting === null ? 0 : Math.max(0, nowOf(state) - oldestWaiting),
    keptForMs: oldestWaiting === null ? null : Math.max(0, oldestWaiting + keptMs - nowOf(state)),
    lost: lost === null ? null : { changes: lost.changes, before: iso(lost.before) },
    lastSentAt: isoOrNull(lastSentAt),
    failures,
    lastError: lastError === null ? null : { at: isoOrNull(lastError.at) ?? '', message: lastError.message },
  };
}

function nowOf({ engine }: FleetState): EpochMs {
  return engine.time.now ?? 0;
}

/** Without path and query: they may hold a secret. */
function placeOf(config: OutputConfig): string {
  if (config.type === 'webhook') return new URL(config.url).origin;
  return `${config.transport}://${config.host}:${config.port}`;
}
