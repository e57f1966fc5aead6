import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LIMITS } from '../src/model/index.ts';
import { callTool } from './ask.ts';
import { startServer, stopServer } from './child.ts';
import { type Figure, figure, quantile, rounded } from './figure.ts';
import type { Measurement } from './measurement.ts';
import { ocsfConnection } from './ocsf-connection.ts';

const WARMING = 1_000;
const ASK_EVERY_MS = 2;

/** The largest batch that the door takes, where it costs most: each of its events is of an address that nobody knew. */
export const batch: Measurement = {
  keys: ['batch.held_ms', 'batch.query.p99_ms'],
  async measure({ quick, scratch, progress }) {
    const started = await startServer('serve-process.ts', [join(scratch, 'batch')]);
    const { url } = started.first as { readonly url: string };
    for (let turn = 0; turn < 5; turn++) await send(url, events(WARMING));
    const rounds: Round[] = [];
    for (let turn = 0; turn < (quick ? 1 : 3); turn++) {
      const round = await oneBatch(started.server, url, quick ? 5_000 : LIMITS.batchRecords);
      progress(
        `taken in ${rounded(round.seconds)} s, held for ${rounded(round.heldMs)} ms, by CPU time ${rounded(round.heldCpuMs)}`,
      );
      rounds.push(round);
    }
    await stopServer(started.server);
    return figuresOf(rounds, quick);
  },
};

interface Round {
  readonly heldMs: number;
  /** By CPU time: what others on the machine hold it up is not in it. */
  readonly heldCpuMs: number;
  /** Of the server, in seconds. */
  readonly cpu: number;
  readonly seconds: number;
  /** How long each question took that was asked meanwhile, in ms. */
  readonly asked: readonly number[];
}

function figuresOf(rounds: readonly Round[], belowScale: boolean): readonly Figure[] {
  const held = rounds.map(({ heldMs }) => heldMs);
  const asked = rounds.flatMap((each) => each.asked);
  const seconds = quantile(
    rounds.map((each) => each.seconds),
    0.5,
  );
  const cpu = quantile(
    rounds.map((each) => each.cpu),
    0.5,
  );
  const note = `while a batch of ${LIMITS.batchRecords} events is taken, each of an address that is new: ${rounded(seconds)} s, ${rounded(cpu)} s of CPU`;
  return [
    figure('batch.held_ms', {
      value: Math.max(...held),
      runs: held,
      note: `the longest turn of the server's loop, ${note}; by CPU time alone ${rounded(Math.max(...rounds.map(({ heldCpuMs }) => heldCpuMs)))} ms`,
      belowScale,
    }),
    figure('batch.query.p99_ms', {
      value: quantile(asked, 0.99),
      runs: asked,
      note: `get_fleet_posture over HTTP, ${note}`,
      belowScale,
    }),
  ];
}

async function oneBatch(server: ChildProcess, url: string, count: number): Promise<Round> {
  const body = events(count);
  await callTool(`${url}/mcp`, 'get_fleet_posture', {});
  const before = await told(server, 'watch');
  const began = performance.now();
  const under = { way: true };
  const taking = send(url, body).finally(() => (under.way = false));
  const asked: number[] = [];
  while (under.way) {
    const sent = performance.now();
    await callTool(`${url}/mcp`, 'get_fleet_posture', {});
    asked.push(performance.now() - sent);
    await pause(ASK_EVERY_MS);
  }
  await taking;
  const seconds = (performance.now() - began) / 1_000;
  const { heldMs, heldCpuMs, cpuSeconds } = await told(server, 'rest');
  return { heldMs, heldCpuMs, cpu: cpuSeconds - before.cpuSeconds, seconds, asked };
}

interface Told {
  readonly heldMs: number;
  readonly heldCpuMs: number;
  readonly cpuSeconds: number;
}

async function told(server: ChildProcess, then: 'watch' | 'rest'): Promise<Told> {
  const answer = once(server, 'message') as Promise<[Told]>;
  server.send(then);
  const [answered] = await answer;
  return answered;
}

async function send(url: string, body: Sent): Promise<void> {
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await fetch(`${url}/v1/events`, { method: 'POST', headers, body: body.text });
  const { accepted } = (await response.json()) as { readonly accepted?: number };
  if (accepted !== body.count) throw new Error(`bench: ${response.status}, ${accepted} events accepted`);
}

interface Sent {
  readonly text: string;
  readonly count: number;
}

let addresses = 0;

function events(count: number): Sent {
  const time = Date.now();
  const lines = Array.from({ length: count }, (_, index) => {
    const address = ++addresses;
    const from = `10.${address >> 16}.${(address >> 8) & 255}.${address & 255}`;
    return ocsfConnection(time, from, `198.51.100.${index % 200}`);
  });
  return { text: lines.join('\n'), count };
}
