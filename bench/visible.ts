import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { callTool } from './ask.ts';
import { startServer, stopServer } from './child.ts';
import { figure, quantile, rounded } from './figure.ts';
import type { Measurement } from './measurement.ts';
import { ocsfConnection } from './ocsf-connection.ts';

const EVENTS_PER_BATCH = 100;
const SENDERS = 50;
const PROBE = '10.9.9.9';

/** From the acknowledgement of a batch to an answer that has seen it, over HTTP, at half of what the door takes. */
export const visible: Measurement = {
  keys: ['visible.p99_ms', 'visible.fdatasync_ms'],
  async measure({ quick, scratch, progress }) {
    const syncs = await syncTimes(scratch, quick ? 20 : 300);
    const started = await startServer('serve-process.ts', [join(scratch, 'visible')]);
    const { url } = started.first as { readonly url: string };
    const full = await batchesPerSecond(url, quick ? 500 : 4_000);
    progress(`half of ${Math.round(full * EVENTS_PER_BATCH)} events/s`);
    const { seen, acknowledged } = await atHalfLoad(url, full, quick ? 20 : 300);
    await stopServer(started.server);
    const pace = Math.round((full * EVENTS_PER_BATCH) / 2);
    const note = `until get_device_posture over HTTP shows the event, batches of ${EVENTS_PER_BATCH} OCSF events at ${pace} events/s; the acknowledgement itself took ${rounded(quantile(acknowledged, 0.5))} ms (median), ${rounded(quantile(acknowledged, 0.99))} ms (p99)`;
    return [
      figure('visible.p99_ms', { value: quantile(seen, 0.99), runs: seen, note }),
      figure('visible.fdatasync_ms', {
        value: quantile(syncs, 0.99),
        runs: syncs,
        note: `p99 of ${syncs.length} appends of 64 KiB, each with fdatasync`,
      }),
    ];
  },
};

async function syncTimes(scratch: string, count: number): Promise<readonly number[]> {
  const file = await open(join(scratch, 'sync'), 'w');
  const bytes = Buffer.alloc(65_536, 1);
  const times: number[] = [];
  for (let turn = 0; turn < count; turn++) {
    const start = performance.now();
    await file.write(bytes);
    await file.datasync();
    times.push(performance.now() - start);
  }
  await file.close();
  return times;
}

/** One sender that waits for each acknowledgement: full load for a door that takes batches in order. */
async function batchesPerSecond(url: string, forMs: number): Promise<number> {
  for (let turn = 0; turn < 5; turn++) await send(url, batch(Date.now()));
  const start = performance.now();
  let sent = 0;
  while (performance.now() - start < forMs) {
    await send(url, batch(Date.now()));
    sent++;
  }
  return (sent * 1_000) / (performance.now() - start);
}

async function atHalfLoad(url: string, full: number, batches: number) {
  const device = await probeId(url);
  const everyMs = 2_000 / full;
  const begin = performance.now();
  const seen: number[] = [];
  const acknowledged: number[] = [];
  for (let turn = 0; turn < batches; turn++) {
    await pause(Math.max(0, begin + turn * everyMs - performance.now()));
    const time = Date.now();
    const sent = performance.now();
    await send(url, batch(time));
    const taken = performance.now();
    while (Date.parse((await lastSeen(url, device)) ?? '') < time) await pause(0);
    seen.push(performance.now() - taken);
    acknowledged.push(taken - sent);
  }
  return { seen, acknowledged };
}

async function probeId(url: string): Promise<string> {
  const answer = await callTool(`${url}/mcp`, 'search_entities', { query: PROBE });
  const { entities } = answer as { readonly entities: readonly { readonly id: string }[] };
  const [found] = entities;
  if (found === undefined) throw new Error('bench: the probe was not discovered');
  return found.id;
}

async function lastSeen(url: string, device: string): Promise<string | null> {
  const answer = await callTool(`${url}/mcp`, 'get_device_posture', { device_id: device });
  return (answer as { readonly last_seen: string | null }).last_seen;
}

async function send(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/x-ndjson' };
  const response = await fetch(`${url}/v1/events`, { method: 'POST', headers, body });
  const { accepted } = (await response.json()) as { readonly accepted?: number };
  if (accepted !== EVENTS_PER_BATCH)
    throw new Error(`bench: ${response.status}, ${accepted} events accepted`);
}

/** The probe's event is the last. */
function batch(time: number): string {
  return Array.from({ length: EVENTS_PER_BATCH }, (_, index) => {
    const ip = index === EVENTS_PER_BATCH - 1 ? PROBE : `10.0.0.${(index % SENDERS) + 1}`;
    return ocsfConnection(time, ip, `198.51.100.${index % 200}`);
  }).join('\n');
}
