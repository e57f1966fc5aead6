import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type RetentionConfig } from '../config/index.ts';
import { FleetState, follow, SnapshotKeeper, startFollower } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import { FleetDesk } from '../fleet-statistics/index.ts';
import { AuthorityPlace } from '../identity/index.ts';
import { IntelIntake } from '../intel/index.ts';
import {
  type Address,
  type EpochMs,
  HOUR_MS,
  type JournalRecord,
  MINUTE_MS,
  type Observation,
  type SensorId,
  type SiteId,
} from '../model/index.ts';
import { type OutputReports, type OwnedOperations, ownedOperations } from '../operations/index.ts';
import { loadKeys } from '../privacy/index.ts';

const BATCH = 4;

/** As it is for everybody unless configured. */
export const RETENTION: RetentionConfig = {
  journalDays: 30,
  journalBytes: null,
  historyDays: 400,
  userDays: 400,
  keyDays: null,
  keyOverlapDays: 30,
};

/** A data directory for tests, and what is appended to it. */
export class DataDirectory {
  readonly dir: string;
  readonly faults: unknown[] = [];
  now = Date.UTC(2026, 2, 3);
  /** How far the clock that can be set is off. */
  wrongBy = 0;
  readonly effects: Effects = {
    now: () => this.now + this.wrongBy,
    elapsed: () => this.now,
    random: (bytes) => randomBytes(bytes),
    reportFault: (_, cause) => {
      this.faults.push(cause);
      return 'none';
    },
  };

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async make(): Promise<DataDirectory> {
    return new DataDirectory(await mkdtemp(join(tmpdir(), 'stance-data-')));
  }

  /** Every record has a segment of the journal to itself. */
  open(): Promise<FleetState> {
    return FleetState.open(this.dir, this.effects, { progress: () => undefined }, { segmentBytes: 25 });
  }

  /** Who writes snapshots when it is asked to, and not by itself. */
  keeper(state: FleetState, follower = startFollower): SnapshotKeeper {
    return new SnapshotKeeper(state, { dir: this.dir, retention: RETENTION, follower }, this.effects);
  }

  /** What a follower's process does, without the process. */
  readonly followHere: typeof startFollower = (dir, upTo) => {
    const keys = loadKeys(join(dir, 'keys'), this.effects.random);
    return { done: keys.then((own) => follow(dir, upTo, own)), stop: () => undefined };
  };

  /** What its owner carries out, as its `stance.yaml` says, if there is one. */
  async operations(state: FleetState, outputs: OutputReports = async () => []): Promise<OwnedOperations> {
    const { dir, effects } = this;
    const config = loadConfig({ dir, file: null, environment: [], flags: [] });
    const place = {
      dir,
      site: 'simulated' as SiteId,
      authority: new AuthorityPlace(dir, null),
      config,
      outputs,
      sources: () => [],
      intel: await IntelIntake.open({ state, dir, effects }),
      keeper: this.keeper(state),
      fleet: await FleetDesk.open(config.fleet, { dir, state, now: effects.now }),
    };
    return ownedOperations(state, place, effects);
  }

  async snapshots(): Promise<number[]> {
    const names = await readdir(join(this.dir, 'snapshots')).catch(() => []);
    return names.map((name) => Number(name.slice(0, 20))).sort((a, b) => a - b);
  }

  /** Flips a bit in the middle of a file. */
  async damage(...path: readonly string[]): Promise<void> {
    const file = join(this.dir, ...path);
    const bytes = await readFile(file);
    const at = bytes.length >> 1;
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    await writeFile(file, bytes);
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true });
  }
}

/** A Monday. */
const START: EpochMs = Date.UTC(2026, 2, 2);
const HQ = 'hq' as SiteId;
const MACHINES = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];

export const configured: JournalRecord = {
  kind: 'configuration',
  actor: 'test',
  fleet: {
    tenant: 'acme',
    domains: {},
    sites: [
      {
        id: HQ,
        networks: ['10.0.0.0/8'],
        timeZone: 'UTC',
        workWeek: { days: [1, 2, 3, 4, 5], fromHour: 8, toHour: 18 },
        shared: [],
      },
    ],
  },
};

/** What becomes one record of the journal. */
type Step = (state: FleetState) => Promise<unknown>;

/** Some hours of a small office, a few observations at a time. */
export const OFFICE: readonly Step[] = [
  (state) => state.append(configured),
  ...batches(office()),
  (state) => state.append({ kind: 'history_end' }),
];

/** The steps `from` to `to` − 1. */
export async function live(state: FleetState, from: number, to: number): Promise<void> {
  for (const step of OFFICE.slice(from, to)) await step(state);
}

/** Somebody signs in from the first machine, some hours after the others. */
export function signInOf(
  state: FleetState,
  account: string,
  hour: number,
  outcome: 'success' | 'failure' = 'success',
): Promise<unknown> {
  const at = START + hour * HOUR_MS;
  const attempts = outcome === 'failure' ? 40 : 1;
  const observation = { ...signIn(at, '10.0.0.1'), account, outcome, attempts } as Observation;
  const producers = [{ producer: 'file:later', upTo: hour + 1 }];
  return state.take({
    observations: [observation],
    origins: [{ producer: 0, at: hour }],
    producers,
    uids: [],
  });
}

function batches(all: readonly Observation[]): Step[] {
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, index) => {
    const at = index * BATCH;
    const observations = all.slice(at, at + BATCH);
    const origins = observations.map((__, place) => ({ producer: 0, at: at + place }));
    const producers = [{ producer: 'file:test', upTo: at + observations.length }];
    return (state) => state.take({ observations, origins, producers, uids: [] });
  });
}

function office(): Observation[] {
  const talk = MACHINES.flatMap((address, index) => [
    ...Array.from({ length: 24 }, (_, half) => connection(START + half * 30 * MINUTE_MS + index, address)),
    // The third of them makes the name stable.
    lookUp(START + index * HOUR_MS, address),
    signIn(START + 2 * HOUR_MS, address),
  ]);
  return talk.sort((a, b) => a.time - b.time);
}

function base(time: EpochMs, from: string, to: string, port: number) {
  return {
    time,
    provenance: { site: HQ, sensor: 'zeek' as SensorId, uid: null, communityId: null },
    from: { address: from as Address, port: 50_000, local: null },
    to: { address: to as Address, port, local: null },
  };
}

function connection(time: EpochMs, from: string): Observation {
  const to = `203.0.113.${1 + (Math.floor(time / MINUTE_MS) % 5)}`;
  return {
    kind: 'connection',
    ...base(time, from, to, 443),
    protocol: 'tcp',
    service: null,
    durationMs: 1_000,
    bytesOut: 800,
    bytesIn: 4_000,
    outcome: 'established',
  };
}

function lookUp(time: EpochMs, from: string): Observation {
  return {
    kind: 'dns',
    ...base(time, from, '10.0.0.53', 53),
    query: 'www.example.com',
    queryType: 'A',
    outcome: 'answered',
    addresses: ['203.0.113.1' as Address],
    answerCount: 1,
  };
}

function signIn(time: EpochMs, from: string): Observation {
  return {
    kind: 'authentication',
    ...base(time, from, '10.0.0.10', 88),
    service: 'kerberos',
    account: `user-of-${from}@example.com`,
    outcome: 'success',
    attempts: 1,
    mfa: null,
  };
}

export function snapshotFile(records: number): string {
  return `${String(records).padStart(20, '0')}.snap`;
}
