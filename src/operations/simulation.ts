import type { FleetState } from '../data-directory/index.ts';
import type { Progress } from '../effects/index.ts';
import { readInventory, sealInventory } from '../entities/index.ts';
import { readFeed } from '../exposure/index.ts';
import {
  DAY_MS,
  type EpochMs,
  type FeedId,
  iso,
  LIMITS,
  type Observation,
  type SensorId,
} from '../model/index.ts';
import { readPolicies } from '../policy/index.ts';
import { instant, OperationError } from '../refusals/index.ts';
import { type LogChunk, type SimulatedFleet, simulateFleet } from '../simulator/index.ts';
import { createLogReader, type LogReader } from '../sources/index.ts';
import { enrolDiscovered, inventorySeals } from './inventory/inventory.ts';
import type { SimulateArgs, SimulateResult } from './operations.ts';

const ACTOR = 'simulator';
/** The operator waits until a working week has shown everybody. */
const ADOPTED_AFTER_MS = 5 * DAY_MS;

/**
 * Fills an empty directory with an invented fleet, through the same doors as a real one: its operator's
 * files are read by the same readers, its sensors' lines by the same adapters.
 */
export async function simulate(
  state: FleetState,
  { seed, until, days, devices }: SimulateArgs,
  clock: () => EpochMs,
  progress: Progress,
): Promise<SimulateResult> {
  if (state.journal.length > 0) {
    throw new OperationError(
      'not_empty',
      'A fleet is simulated into an empty data directory only; this one has records.',
    );
  }
  const started = clock();
  const end = until === null ? started : instant('until', until);
  if (end > started + LIMITS.futureMs) {
    throw new OperationError(
      'invalid_input',
      `until: ${iso(end)} is more than a day ahead; records of the future are refused as those of a broken clock.`,
    );
  }
  const begin = end - days * DAY_MS;
  const fleet = simulateFleet({ seed, until: end, days, devices });
  await setUp(state, fleet, begin);
  const intake = new SimulatedIntake(state, fleet, started + LIMITS.futureMs);
  let isAdopted = false;
  let feedDue = begin + DAY_MS;
  for (const chunk of fleet.logs()) {
    if (chunk.from >= feedDue) {
      feedDue += DAY_MS;
      await intake.finish();
      await fetchFeed(state, fleet, chunk.from);
    }
    if (!isAdopted && chunk.from >= begin + ADOPTED_AFTER_MS) {
      isAdopted = true;
      await adoptPeople(state, chunk.from);
    }
    await intake.take(chunk);
    progress({ what: 'Simulating', share: (chunk.until - begin) / (end - begin) });
  }
  await intake.finish();
  await state.endOfHistory();
  return {
    devices,
    events: intake.events,
    refused: intake.refused,
    seconds: (clock() - started) / 1_000,
    from: iso(begin),
    until: iso(end),
  };
}

/** The people who have signed in by then are known to be the organisation's own. */
async function adoptPeople(state: FleetState, at: EpochMs): Promise<void> {
  const reason = 'accounts of the staff';
  await enrolDiscovered(state, { match: 'usr_', dryRun: false, actor: ACTOR, reason }, () => at);
}

/** What the operator of the invented organisation would have done before its sensors were switched on. */
async function setUp(state: FleetState, fleet: SimulatedFleet, at: EpochMs): Promise<void> {
  const { site, domains } = fleet;
  await state.append({
    kind: 'configuration',
    actor: ACTOR,
    fleet: { tenant: 'simulated', sites: [site], domains },
  });
  const inventory = readInventory(fleet.inventory, 'yaml', site.id);
  const policies = readPolicies(fleet.policies);
  if (!inventory.ok || !policies.ok) throw simulatorFault();
  const entries = sealInventory(inventory.entries, inventorySeals(state.sealer));
  await state.append({ kind: 'inventory', at, entries, actor: ACTOR });
  await state.append({ kind: 'policies', at, policies: policies.policies, actor: ACTOR });
  await fetchFeed(state, fleet, at);
}

/** A feed that nobody fetches again loses its word: the operator fetches it every day. */
async function fetchFeed(state: FleetState, { feed }: SimulatedFleet, at: EpochMs): Promise<void> {
  const read = readFeed({
    bytes: Buffer.from(feed),
    format: 'zeek_intel',
    id: 'simulated-c2' as FeedId,
    defaultConfidence: 0.9,
    defaultCategory: null,
    now: at,
  });
  if (!read.ok) throw simulatorFault();
  await state.append({ kind: 'feed', at, feed: read.feed, actor: ACTOR });
}

function simulatorFault(): OperationError {
  return new OperationError(
    'simulator_fault',
    'The simulator wrote a file that Stance does not read; this is a defect.',
  );
}

/** The lines of an hour, from all its files, merged by time as any ingest does. */
class SimulatedIntake {
  events = 0;
  refused = 0;
  readonly #state: FleetState;
  readonly #fleet: SimulatedFleet;
  readonly #now: EpochMs;
  readonly #readers = new Map<string, LogReader>();
  #hour: EpochMs | null = null;
  #waiting: Observation[] = [];

  constructor(state: FleetState, fleet: SimulatedFleet, now: EpochMs) {
    this.#state = state;
    this.#fleet = fleet;
    this.#now = now;
  }

  async take(chunk: LogChunk): Promise<void> {
    if (this.#hour !== null && chunk.from !== this.#hour) await this.finish();
    this.#hour = chunk.from;
    const reader = this.#readerOf(chunk);
    for (const [index, text] of chunk.lines.entries()) this.#read(reader, text, index);
  }

  async finish(): Promise<void> {
    const sorted = this.#waiting.sort((a, b) => a.time - b.time);
    this.#waiting = [];
    for (let from = 0; from < sorted.length; from += LIMITS.eventsPerRecord) {
      const observations = sorted.slice(from, from + LIMITS.eventsPerRecord);
      await this.#state.take({ observations, origins: [], producers: [], uids: [] });
      this.events += observations.length;
    }
  }

  #read(reader: LogReader, text: string, index: number): void {
    const bytes = Buffer.from(text);
    const line = { offset: 0, end: bytes.length, number: index + 1, bytes, fault: null, complete: true };
    for (const reading of reader.read(line)) {
      if (reading.kind === 'observation') this.#waiting.push(reading.observation);
      else this.refused++;
    }
  }

  #readerOf({ source, sensor, file }: LogChunk): LogReader {
    const key = `${sensor} ${file}`;
    let reader = this.#readers.get(key);
    if (reader === undefined) {
      const context = { site: this.#fleet.site.id, sensor: sensor as SensorId, now: this.#now };
      reader = createLogReader(source === 'zeek' ? 'zeek_json' : 'suricata_eve', file, context);
      this.#readers.set(key, reader);
    }
    return reader;
  }
}
