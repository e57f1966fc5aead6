import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataDirectory } from '../app/data-directory.fixture.ts';
import { createHttpServer, decideBinding, TokenStore } from '../http/index.ts';
import { LiveSources } from '../intake/index.ts';
import { type JournalDisk, REAL_DISK } from '../journal/index.ts';
import type { SiteId } from '../model/index.ts';
import { FleetState } from './fleet-state.ts';

/** What the disk refuses at present. */
let refusal: { readonly call: 'write' | 'sync'; readonly code: 'ENOSPC' | 'EDQUOT' | 'EIO' } | null;
let place: DataDirectory;
let state: FleetState;
let live: LiveSources;
let http: ReturnType<typeof createHttpServer>;
let url: string;

beforeEach(async () => {
  refusal = null;
  place = await DataDirectory.make();
  state = await FleetState.open(
    place.dir,
    place.effects,
    { progress: () => undefined },
    { disk: refusing() },
  );
  live = new LiveSources(place.effects);
  live.open(state, 'hq' as SiteId, []);
  http = createHttpServer({
    version: '0.0.0',
    binding: loopback(),
    tokens: new TokenStore(join(place.dir, 'tokens.json')),
    health: () => ({ ready: true, progress: {} }),
    intake: live.intake,
    mcp: async () => undefined,
    reportFault: place.effects.reportFault,
  });
  url = await http.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await live.close();
  await http.close();
  await state.close();
  await place.remove();
});

function refusing(): JournalDisk {
  const refuse = (call: 'write' | 'sync'): void => {
    if (refusal?.call !== call) return;
    const { code } = refusal;
    throw Object.assign(new Error(`${code}: injected, ${place.dir}/journal`), { code });
  };
  return {
    ...REAL_DISK,
    write: async (...args) => {
      refuse('write');
      return REAL_DISK.write(...args);
    },
    sync: async (file) => {
      refuse('sync');
      return REAL_DISK.sync(file);
    },
  };
}

function loopback() {
  const where = { host: '127.0.0.1', port: 0, tls: null, behindTlsProxy: false, allowedHosts: [] };
  const decision = decideBinding({ ...where, tokensConfigured: false });
  if (!decision.ok) throw new Error(decision.reasons.join(' '));
  return decision.binding;
}

async function send(sequence: number) {
  const event = {
    class_uid: 4001,
    time: place.now,
    src_endpoint: { ip: '10.0.0.1', port: 50_000 },
    dst_endpoint: { ip: '203.0.113.1', port: 443 },
    connection_info: { protocol_num: 6 },
    activity_id: 2,
  };
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-ndjson',
      'stance-producer': 'firewall-1',
      'stance-sequence': String(sequence),
    },
    body: JSON.stringify(event),
  });
  const { status, headers } = response;
  return { status, retryAfter: headers.get('retry-after'), text: await response.text() };
}

const taken = { status: 200, text: expect.stringContaining('"accepted":1') };
const known = { status: 200, text: expect.stringContaining('"duplicates":1') };

describe('[HTTP-11] a disk that refuses the journal', () => {
  test.each(['ENOSPC', 'EDQUOT'] as const)(
    'with %s is 503 disk_full with Retry-After; the same batch is taken when there is room',
    async (code) => {
      expect(await send(0)).toMatchObject(taken);
      refusal = { call: 'write', code };
      for (const _ of [1, 2]) {
        const answer = await send(1);
        expect(answer).toMatchObject({ status: 503, retryAfter: '30' });
        expect(JSON.parse(answer.text)).toEqual({
          error: { code: 'disk_full', message: expect.stringContaining('Retry-After') },
        });
        expect(answer.text).not.toContain(place.dir);
      }
      refusal = null;
      expect(await send(1)).toMatchObject(taken);
      expect(await send(0)).toMatchObject(known);
      expect(await send(1)).toMatchObject(known);
      expect(state.events).toBe(2);
    },
  );

  test('is told to the log once, and again after it went on', async () => {
    for (const sequence of [0, 1]) {
      refusal = { call: 'write', code: 'ENOSPC' };
      await send(sequence);
      await send(sequence);
      refusal = null;
      await send(sequence);
    }
    const told = expect.objectContaining({ name: 'JournalError', code: 'disk_full' });
    expect(place.faults).toEqual([told, told]);
  });

  test('at its sync is 503 journal_failed from then on, and what was acknowledged is there after a restart', async () => {
    expect(await send(0)).toMatchObject(taken);
    refusal = { call: 'sync', code: 'EIO' };
    const failed = await send(1);
    refusal = null;
    for (const answer of [failed, await send(2)]) {
      expect(answer).toMatchObject({ status: 503, retryAfter: null });
      expect(JSON.parse(answer.text)).toEqual({
        error: { code: 'journal_failed', message: expect.stringContaining('restarted') },
      });
      expect(answer.text).not.toContain(place.dir);
    }
    expect(place.faults).toEqual([expect.objectContaining({ code: 'failed' })]);
    await state.close();
    state = await place.open();
    expect(state.engine.ledger.isDone('http:local/firewall-1', 0)).toBe(true);
    expect(state.engine.ledger.isDone('http:local/firewall-1', 2)).toBe(false);
  });
});
