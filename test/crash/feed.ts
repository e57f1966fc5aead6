import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { simulateFleet } from '../../src/simulator/index.ts';
import { type Connection, ocsfOf } from './ocsf.ts';

/** One thing that a fleet's operator or sensor does, and waits for. */
export type Step =
  /** A numbered batch over HTTP. */
  | { readonly kind: 'batch'; readonly body: string; readonly sequence: number }
  /** A batch without a number, whose events have ids of their own. */
  | { readonly kind: 'loose_batch'; readonly body: string }
  /** Log files and folders, read by the owner. */
  | { readonly kind: 'logs'; readonly paths: readonly string[] }
  | { readonly kind: 'inventory'; readonly path: string }
  | { readonly kind: 'policies'; readonly path: string }
  /** Somebody who signed in before is forgotten, with all that was written until then. */
  | { readonly kind: 'erasure'; readonly user: string };

export interface FeedSize {
  readonly seed: number;
  readonly days: number;
  readonly devices: number;
}

/** The simulator's last instant: a Thursday. */
const UNTIL = Date.UTC(2026, 4, 21);
const EVENTS_PER_BATCH = 40;
/** Hours after which somebody is forgotten. */
const ERASURE_EVERY = 6;

/**
 * Everything that an owner is fed with, in the one order in which it comes. Connections of every second hour come
 * over HTTP, all else as files, of every third hour as a folder: that is read in a thread. Now and then somebody is
 * forgotten who signed in since the last time.
 */
export async function writeFeed(dir: string, { seed, days, devices }: FeedSize): Promise<readonly Step[]> {
  const fleet = simulateFleet({ seed, until: UNTIL, days, devices });
  const steps: Step[] = [];
  let sequence = 0;
  let signedIn: string | null = null;
  for (const [hour, chunks] of [...byHour(fleet.logs())].entries()) {
    const folder = join(dir, `hour-${String(hour).padStart(3, '0')}`);
    await mkdir(folder, { recursive: true });
    const paths: string[] = [];
    const connections: string[] = [];
    for (const { file, lines } of chunks) {
      signedIn = accountIn(lines) ?? signedIn;
      if (file === 'conn.log' && hour % 2 === 0) connections.push(...lines);
      else {
        await writeFile(join(folder, file), `${lines.join('\n')}\n`);
        paths.push(join(folder, file));
      }
    }
    if (paths.length > 0) steps.push({ kind: 'logs', paths: hour % 3 === 0 ? [folder] : paths });
    for (const body of bodies(connections, hour % 4 === 0)) {
      steps.push(
        hour % 4 === 0 ? { kind: 'loose_batch', body } : { kind: 'batch', body, sequence: sequence++ },
      );
    }
    if (signedIn !== null && hour % ERASURE_EVERY === ERASURE_EVERY - 1) {
      steps.push({ kind: 'erasure', user: signedIn });
      signedIn = null;
    }
    if (hour === 2) steps.push(...(await operatorsWords(dir, fleet)));
  }
  return steps;
}

type Fleet = ReturnType<typeof simulateFleet>;
type Chunk = ReturnType<Fleet['logs']> extends Iterable<infer C> ? C : never;

function* byHour(chunks: Iterable<Chunk>): Generator<readonly Chunk[]> {
  let hour: Chunk[] = [];
  for (const chunk of chunks) {
    if (hour[0] !== undefined && hour[0].from !== chunk.from) {
      yield hour;
      hour = [];
    }
    hour.push(chunk);
  }
  yield hour;
}

/** A person to whom Kerberos gave a ticket, by UPN. */
function accountIn(lines: readonly string[]): string | null {
  for (const line of lines) {
    const { client, success } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    const isGiven = success === true && typeof client === 'string';
    if (isGiven && !client.includes('$')) return client.replace('/', '@');
  }
  return null;
}

/** NDJSON of OCSF events, some at a time. */
function bodies(lines: readonly string[], hasIds: boolean): readonly string[] {
  const events = lines.map((line) => JSON.stringify(ocsfOf(JSON.parse(line) as Connection, hasIds)));
  const count = Math.ceil(events.length / EVENTS_PER_BATCH);
  return Array.from({ length: count }, (_, at) =>
    events.slice(at * EVENTS_PER_BATCH, (at + 1) * EVENTS_PER_BATCH).join('\n'),
  );
}

async function operatorsWords(dir: string, { inventory, policies }: Fleet): Promise<readonly Step[]> {
  const [who, rules] = [join(dir, 'inventory.yaml'), join(dir, 'policies.yaml')];
  await writeFile(who, inventory.replaceAll('simulated', 'default'));
  await writeFile(rules, policies.replaceAll('simulated', 'default'));
  return [
    { kind: 'inventory', path: who },
    { kind: 'policies', path: rules },
  ];
}
