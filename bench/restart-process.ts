// Starts the server on a data directory, as `stance serve` does, and asks over MCP until it is answered, and until the
// answer lacks nothing any more.
import { setTimeout as pause } from 'node:timers/promises';
import { serve } from '../src/app/index.ts';
import { loadConfig } from '../src/config/index.ts';
import { realEffects } from '../src/effects/index.ts';
import { callTool } from './ask.ts';
import { giveBack, inputOf } from './child.ts';

export interface Restarted {
  /** From the start of the process, the loading of its code included, to the first answer, which says what it lacks. */
  readonly firstAnswer: number;
  /** To the first answer that lacks nothing. */
  readonly wholeAnswer: number;
  /** Of the questions asked between the two: how long until they were answered. */
  readonly betweenMs: readonly number[];
}

const ASK_EVERY_MS = 500;

const dir = inputOf() as string;
const port = { field: 'listen.port', value: 0, from: 'bench', isPath: false };
const config = loadConfig({ dir, file: null, environment: [], flags: [port] });
const effects = realEffects((where, cause) => {
  // Copies of a fleet have a state but no history: it stands still, and says so.
  if (where !== 'history') throw new Error(`bench: a fault in ${where}`, { cause });
  return 'bench';
});
const server = await serve({ dir, config, simulate: null, onProgress: () => undefined }, effects);
const betweenMs: number[] = [];
let firstAnswer = Number.NaN;
let wholeAnswer = Number.NaN;
while (Number.isNaN(wholeAnswer)) {
  const asked = performance.now();
  const answer = await callTool(server.mcpUrl, 'get_fleet_posture', {}).catch(notYet);
  const now = performance.now();
  if (answer === null) {
    await pause(20);
    continue;
  }
  if (Number.isNaN(firstAnswer)) firstAnswer = now / 1_000;
  else betweenMs.push(now - asked);
  if (isWhole(answer)) wholeAnswer = now / 1_000;
  else await pause(ASK_EVERY_MS);
}
giveBack({ firstAnswer, wholeAnswer, betweenMs } satisfies Restarted);
// Closing would write a snapshot, and the next start would have no tail.
process.exit(0);

function notYet(cause: unknown): null {
  if (String(cause).includes('still starting')) return null;
  throw cause;
}

function isWhole(answer: unknown): boolean {
  const { truncated } = answer as { readonly truncated?: { readonly what: string } };
  return truncated?.what.includes('what came after as_of') !== true;
}
