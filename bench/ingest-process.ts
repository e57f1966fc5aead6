// One process, pinned by its parent: a bare JSON.parse of the lines and the whole path, turn by turn.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { giveBack, inputOf } from './child.ts';
import { quantile } from './figure.ts';
import { openDirectory } from './owned.ts';

export interface IngestInput {
  readonly scratch: string;
  /** Logs of the same records; each is taken in once per round, after the floor. */
  readonly logs: readonly string[];
  /** JSON lines for the floor; `null` where only the ingest is timed. */
  readonly floor: string | null;
  /** After one round that warms up and is not counted. */
  readonly rounds: number;
  /** Where the middle half of the rounds still spreads by more than a tenth, it goes on up to so many. */
  readonly mostRounds: number;
}

/** Seconds of wall clock and of CPU (all threads), per counted round. */
export interface Timed {
  readonly wall: number[];
  readonly cpu: number[];
}

export interface IngestTimes {
  readonly floor: Timed;
  /** The same lines from the file's bytes: cut, made a string, parsed. */
  readonly floorByBytes: Timed;
  readonly logs: readonly Timed[];
}

/** Of the median. */
const TOLERATED_SPREAD = 0.1;

const { scratch, logs, floor, rounds, mostRounds } = inputOf() as IngestInput;
const log = floor === null ? Buffer.alloc(0) : await readFile(floor);
const lines = linesOf(log);
const times: IngestTimes = {
  floor: { wall: [], cpu: [] },
  floorByBytes: { wall: [], cpu: [] },
  logs: logs.map(() => ({ wall: [], cpu: [] })),
};

for (let round = 0; round <= rounds || (round <= mostRounds && isSpread(times)); round++) {
  for (const [index, path] of logs.entries()) {
    const isCounted = round > 0 && index === 0;
    await timed(isCounted ? times.floor : null, async () => parseAll(lines));
    if (index === 0) await timed(isCounted ? times.floorByBytes : null, async () => parseBytes(log));
    await ingestOnce(path, round === 0 ? null : (times.logs[index] ?? null));
  }
}
giveBack(times);

/** Whether what is told of any log is still uncertain. */
function isSpread({ floor: parsed, logs: taken }: IngestTimes): boolean {
  return taken.some(({ wall }) => {
    const ratios = wall.map((seconds, round) => (parsed.wall[round] ?? 1) / seconds);
    const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share));
    return (high ?? 0) - (low ?? 0) > TOLERATED_SPREAD * (middle ?? 0);
  });
}

/** Flat one-byte strings, cut before the clock runs: the floor parses and does nothing else. */
function linesOf(bytes: Buffer): readonly string[] {
  const cut: string[] = [];
  for (let start = 0, end = bytes.indexOf(10); end >= 0; start = end + 1, end = bytes.indexOf(10, start)) {
    cut.push(bytes.toString('latin1', start, end));
  }
  return cut;
}

function parseAll(texts: readonly string[]): void {
  for (const text of texts) JSON.parse(text);
}

/** What any reader with `JSON.parse` pays at least: a string of each line before it is parsed. */
function parseBytes(all: Buffer): void {
  for (let start = 0, end = all.indexOf(10); end >= 0; start = end + 1, end = all.indexOf(10, start)) {
    JSON.parse(all.toString('utf8', start, end));
  }
}

async function ingestOnce(path: string, into: Timed | null): Promise<void> {
  const dir = join(scratch, `ingest-${process.pid}`);
  const directory = await openDirectory(dir);
  await timed(into, async () => {
    await directory.operations.ingest(
      { paths: [path], site: null, sensor: null, force: false, asNew: false },
      () => undefined,
    );
  });
  await directory.close();
  await rm(dir, { recursive: true });
}

async function timed(into: Timed | null, work: () => Promise<void>): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  into?.wall.push(seconds);
  into?.cpu.push((user + system) / 1e6);
}
