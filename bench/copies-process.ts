// Copies a simulated fleet until it is as large as asked for, weighs it, and may leave its snapshot in the directory.
import { mkdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type EntityId, SECOND_MS } from '../src/model/index.ts';
import { writeSnapshot } from '../src/snapshot/index.ts';
import { giveBack, inputOf } from './child.ts';
import { CopiedFleet } from './clone/fleet.ts';
import { refuseUnlike } from './clone/likeness.ts';
import { engineOf, modelIn } from './clone/model.ts';

export interface CopiesInput {
  /** The data directory of the simulated fleet. */
  readonly dir: string;
  readonly copies: number;
  /** Leave its snapshot in place of the model's, and a log of so many connections that follow it. */
  readonly leave: { readonly log: string; readonly lines: number } | null;
}

export interface Weighed {
  readonly entities: number;
  readonly bytes: number;
  /** Of `bytes`, what lies outside of the heap: the columns. */
  readonly columnBytes: number;
  readonly rssBytes: number;
  readonly snapshotBytes: number;
}

const { dir, copies, leave } = inputOf() as CopiesInput;
const simulated = await modelIn(dir);
const simulatedEngine = engineOf(simulated);
const before = await weigh();
const fleet = new CopiedFleet(simulated, copies);
askForAll();
const after = await weigh();
await refuseUnlike(simulatedEngine, fleet);
const snapshotBytes = leave === null ? 0 : await left(leave.log, leave.lines);
const told: Weighed = {
  entities: fleet.models.length * copies,
  bytes: after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers,
  columnBytes: after.arrayBuffers - before.arrayBuffers,
  rssBytes: after.rss - before.rss,
  snapshotBytes,
};
giveBack(told);

/** Devices and users are objects from when somebody first asks for them: a fleet that lives has asked for them all. */
function askForAll(): void {
  const { directory } = fleet.engine;
  for (const id of directory.entities()) directory.profile(id);
}

async function weigh(): Promise<NodeJS.MemoryUsage> {
  if (globalThis.gc === undefined) throw new Error('bench: weighing needs --expose-gc');
  for (let turn = 0; turn < 3; turn++) {
    globalThis.gc();
    await pause(50);
  }
  return process.memoryUsage();
}

async function left(log: string, lines: number): Promise<number> {
  const place = join(dir, 'snapshots');
  rmSync(place, { recursive: true });
  mkdirSync(place, { mode: 0o700 });
  const { bytes } = writeSnapshot(place, fleet.head, fleet);
  await writeFile(log, connections(lines));
  return bytes;
}

/** Connections of an hour, as Zeek writes JSON: every device in turn, with the next one and with the world outside. */
function* connections(lines: number): Iterable<string> {
  const { directory, now } = fleet.engine;
  const devices = fleet.models.filter((id) => id.startsWith('dev_'));
  const addressOf = (turn: number) => {
    const model = devices[turn % devices.length] as EntityId;
    const id = fleet.idOf(model, Math.floor(turn / devices.length) % copies);
    return directory.addressesOf(id, now)[0] ?? '10.255.255.254';
  };
  for (let line = 0; line < lines; line++) {
    // A stride that meets everybody in no order.
    const from = line * 7_919;
    const to = line % 3 === 0 ? addressOf(from + 1) : `198.51.100.${line % 250}`;
    yield `${JSON.stringify({
      ts: (now + Math.floor((line / lines) * 3_600) * SECOND_MS) / SECOND_MS,
      uid: `C${line.toString(36)}`,
      'id.orig_h': addressOf(from),
      'id.orig_p': 50_000,
      'id.resp_h': to,
      'id.resp_p': 443,
      proto: 'tcp',
      duration: 0.5,
      orig_bytes: 1_000,
      resp_bytes: 5_000,
      conn_state: 'SF',
    })}\n`;
  }
}
