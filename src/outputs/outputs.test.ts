import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BEFORE_ALL, isBefore, type Severity } from '../model/index.ts';
import { pauseAfter } from './backoff.ts';
import { Courier, type CourierPace } from './courier.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { isPrivateAddress } from './host.ts';
import { CERT } from './localhost.fixture.ts';
import { datagramReceiver, SyslogReceiver, WebhookReceiver } from './receiver.fixture.ts';
import { readSecrets, signatureHeaders } from './signature.ts';
import type { Message, Outbox, OutboxEntry, Sink } from './sink.ts';
import { SyslogDatagrams } from './syslog-datagrams.ts';
import { SyslogStream } from './syslog-stream.ts';
import { Webhook, type WebhookSettings } from './webhook.ts';

const NOW = Date.UTC(2026, 2, 3, 12);
const SECRET = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const SECRETS = readSecrets(`whsec_${SECRET}`);
const PACE: CourierPace = { backoff: { firstMs: 5, mostMs: 20 }, lookEveryMs: 5 };
const forever = new AbortController().signal;

let dir: string;
const closers: (() => unknown)[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-outputs-'));
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await rm(dir, { recursive: true });
});

function message(number: number, level: Severity = 'high'): Message {
  const body = JSON.stringify({ number, message: 'Gerät – 10 €' });
  return { uid: `ano_${number}.${number}.1`, level, at: NOW, kind: 'detection_finding', body };
}

/** Published changes in memory, as the history keeps them on disk. */
class Published implements Outbox {
  readonly entries: OutboxEntry[] = [];

  add(...levels: readonly Severity[]): void {
    for (const level of levels) {
      const number = this.entries.length + 1;
      this.entries.push({ origin: { record: number, ordinal: 1 }, messages: [message(number, level)] });
    }
  }

  async after(cursor: OutboxEntry['origin'], limit: number): Promise<readonly OutboxEntry[]> {
    return this.#after(cursor, limit);
  }

  #after(cursor: OutboxEntry['origin'], limit: number): readonly OutboxEntry[] {
    return this.entries.filter(({ origin }) => isBefore(cursor, origin)).slice(0, limit);
  }

  waiting(cursor: OutboxEntry['origin'], limit: number) {
    const waiting = this.#after(cursor, limit);
    return { count: waiting.length, oldest: waiting[0] === undefined ? null : NOW };
  }
}

function webhook(url: URL, settings: Partial<WebhookSettings> = {}): Webhook {
  const sink = new Webhook({
    url,
    secrets: SECRETS,
    timeoutMs: 2_000,
    ca: null,
    allowPrivate: true,
    version: 'test',
    now: () => NOW,
    ...settings,
  });
  closers.push(() => sink.close());
  return sink;
}

async function receiver(scheme: 'http' | 'https' = 'http'): Promise<{ at: WebhookReceiver; url: URL }> {
  const at = new WebhookReceiver(scheme);
  closers.push(() => at.close());
  return { at, url: await at.listen() };
}

const faults: unknown[] = [];
async function courier(
  outbox: Outbox,
  sink: Sink,
  minLevel: Severity = 'low',
  pace: CourierPace = PACE,
): Promise<Courier> {
  const cursorPath = join(dir, 'outputs', 'soc.json');
  const started = new Courier({
    name: 'soc',
    sink,
    outbox,
    minLevel,
    cursorPath,
    cursor: (await readCursor(cursorPath)) ?? BEFORE_ALL,
    pace,
    now: () => NOW,
    random: (bytes) => new Uint8Array(bytes),
    reportFault: (_, cause) => String(faults.push(cause)),
  });
  closers.push(() => started.close());
  return started;
}

/** Waits for what comes about by itself. */
async function until(what: () => boolean): Promise<void> {
  while (!what()) await pause(2);
}

describe('a webhook', () => {
  test('[FINDINGS-4] is signed over id, time and body: the receiver can prove who sent it and when', async () => {
    const { at, url } = await receiver();
    await webhook(url).send(message(1), forever);
    const [{ headers, body, method } = expect.fail('nothing came')] = at.received;
    expect({ method, body: JSON.parse(body) }).toEqual({
      method: 'POST',
      body: { number: 1, message: 'Gerät – 10 €' },
    });
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': 'ano_1.1.1',
      'webhook-timestamp': String(NOW / 1_000),
    });
    const signed = createHmac('sha256', Buffer.from(SECRET, 'base64')).update(
      `ano_1.1.1.${NOW / 1_000}.${body}`,
    );
    expect(headers['webhook-signature']).toBe(`v1,${signed.digest('base64')}`);
  });

  test('[FINDINGS-4] during a change of secrets it is signed with both', async () => {
    const { at, url } = await receiver();
    const secrets = readSecrets(`whsec_${SECRET}\n  another-secret-of-many-letters\n\n`);
    await webhook(url, { secrets }).send(message(1), forever);
    expect(String(at.received[0]?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  });

  test.each([
    ['', 'it is empty'],
    ['short', 'has 5 bytes'],
    [`${SECRET}\n${SECRET}\n${SECRET}`, 'has 3 lines'],
    [`whsec_!!${SECRET}`, 'is not base64'],
    [`whsec_${SECRET}=${SECRET}`, 'is not base64'],
    [`whsec_${SECRET}A`, 'is not base64'],
  ])('[FINDINGS-4] the secret %j is refused without being shown', (text, reason) => {
    expect(() => readSecrets(text)).toThrow(reason);
    expect(() => readSecrets(text)).not.toThrow(new RegExp(SECRET));
  });

  test.each<[string, number | null, string]>([
    ['an error', 500, 'it answered 500'],
    ['a refusal', 401, 'it answered 401'],
    ['a redirect', 307, 'redirects are not followed'],
    ['silence', null, 'no answer within 300 ms'],
  ])('[FINDINGS-5] %s is not for taken, and says why without the URL', async (_, status, reason) => {
    const { at, url } = await receiver();
    at.answer = () => status;
    const sending = webhook(url, { timeoutMs: 300 }).send(message(1), forever);
    await expect(sending).rejects.toThrow(reason);
    await expect(sending).rejects.not.toThrow(/token|127\.0\.0\.1/);
    expect(at.received.map(({ path }) => path)).toEqual(['/hook?token=not-for-logs']);
  });

  test('[FINDINGS-5] goes over TLS to a receiver of a known authority, and to no other', async () => {
    const { at, url } = await receiver('https');
    await expect(webhook(url).send(message(1), forever)).rejects.toThrow('certificate');
    expect(at.received).toEqual([]);
    await webhook(url, { ca: CERT }).send(message(1), forever);
    expect(at.uids).toEqual(['ano_1.1.1']);
  });

  test.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]'])(
    '[FINDINGS-5] does not reach the private address %s unless that is allowed',
    async (host) => {
      const { at, url } = await receiver();
      const there = new URL(`http://${host}:${url.port}/`);
      await expect(webhook(there, { allowPrivate: false }).send(message(1), forever)).rejects.toThrow(
        'allow_private: true',
      );
      expect(at.received).toEqual([]);
    },
  );

  test.each([
    ['10.1.2.3', true],
    ['100.64.0.1', true],
    ['169.254.169.254', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['192.168.1.1', true],
    ['8.8.8.8', false],
    ['::', true],
    ['fd00::1', true],
    ['fe80::1', true],
    ['64:ff9b::a00:1', true],
    ['2002:a00:1::', true],
    ['2001:10::1', true],
    ['2001:2f::1', true],
    ['3fff:fff::1', true],
    ['2001:4860:4860::8888', false],
    ['2606:4700::1111', false],
  ])('[FINDINGS-5] the address %s is private: %s', (address, is) => {
    expect(isPrivateAddress(address)).toBe(is);
  });
});

describe('syslog', () => {
  const common = {
    host: '127.0.0.1',
    facility: 'local0',
    hostname: 'stance.example',
    timeoutMs: 2_000,
  } as const;
  const expected = (number: number) =>
    `<131>1 2026-03-03T12:00:00.000Z stance.example stance - detection_finding - {"number":${number},"message":"Ger\\u00e4t \\u2013 10 \\u20ac"}`;

  test('[FINDINGS-6] goes over TCP, each message with its octets counted', async () => {
    const at = new SyslogReceiver();
    closers.push(() => at.close());
    const sink = new SyslogStream({ ...common, port: await at.listen(), tls: null });
    closers.push(() => sink.close());
    await sink.send(message(1), forever);
    await sink.send(message(2), forever);
    await sink.confirm(forever);
    await until(() => at.frames.length === 2);
    expect(at.frames).toEqual([expected(1), expected(2)]);
    expect(JSON.parse(at.frames[0]?.split(' - ').at(-1) ?? '')).toMatchObject({ message: 'Gerät – 10 €' });
  });

  test('[FINDINGS-6] goes over TLS to a receiver of a known authority, and to no other', async () => {
    const at = new SyslogReceiver('tls');
    closers.push(() => at.close());
    const port = await at.listen();
    const stranger = new SyslogStream({ ...common, port, tls: { ca: null } });
    await expect(stranger.send(message(1), forever)).rejects.toThrow('certificate');
    const sink = new SyslogStream({ ...common, port, tls: { ca: CERT } });
    closers.push(() => sink.close());
    await sink.send(message(1), forever);
    await until(() => at.frames.length === 1);
    expect(at.frames).toEqual([expected(1)]);
  });

  test('[FINDINGS-6] goes as datagrams', async () => {
    const at = await datagramReceiver();
    closers.push(() => at.close());
    const sink = new SyslogDatagrams({ ...common, port: at.port });
    closers.push(() => sink.close());
    await sink.send(message(1));
    await until(() => at.datagrams.length === 1);
    expect(at.datagrams).toEqual([expected(1)]);
  });

  test('[FINDINGS-7] what a dying receiver may not have read is sent again', async () => {
    const at = new SyslogReceiver();
    closers.push(() => at.close());
    const port = await at.listen();
    const sink = new SyslogStream({ ...common, port, tls: null });
    const outbox = new Published();
    outbox.add('high');
    const sent = await courier(outbox, sink);
    await until(() => at.frames.length === 1);
    // Before the moment of confirmation has passed.
    await at.close();
    await until(() => sent.status.failures > 0);
    expect(sent.status.cursor).toEqual(BEFORE_ALL);
    const next = new SyslogReceiver();
    closers.push(() => next.close());
    await next.listen(port);
    await until(() => sent.status.waiting === 0);
    expect(next.frames).toEqual([expected(1)]);
  });
});

describe('a courier', () => {
  test('[FINDINGS-8] brings everything in order, once where nothing fails, from its minimum level on', async () => {
    const { at, url } = await receiver();
    const outbox = new Published();
    outbox.add('low', 'high', 'medium', 'critical');
    const sent = await courier(outbox, webhook(url), 'high');
    await until(() => sent.status.waiting === 0);
    outbox.add('high', 'low');
    await until(() => sent.status.waiting === 0);
    expect(at.uids).toEqual(['ano_2.2.1', 'ano_4.4.1', 'ano_5.5.1']);
    await sent.close();
    expect(await readCursor(join(dir, 'outputs', 'soc.json'))).toEqual({ record: 6, ordinal: 1 });
  });

  test('[FINDINGS-8] tries again until it is taken, keeps the order, and says what is wrong meanwhile', async () => {
    const { at, url } = await receiver();
    let isDown = true;
    at.answer = ({ headers }) => (isDown && headers['webhook-id'] === 'ano_2.2.1' ? 503 : 200);
    const outbox = new Published();
    outbox.add('high', 'high', 'high');
    const before = faults.length;
    const sent = await courier(outbox, webhook(url));
    await until(() => sent.status.failures >= 3);
    expect(sent.status).toMatchObject({ waiting: 2, lastError: { message: 'it answered 503' } });
    isDown = false;
    await until(() => sent.status.waiting === 0);
    expect(sent.status).toMatchObject({ failures: 0, lastError: null, lastSentAt: NOW });
    expect([...new Set(at.uids)]).toEqual(['ano_1.1.1', 'ano_2.2.1', 'ano_3.3.1']);
    expect(at.uids.at(-1)).toBe('ano_3.3.1');
    // The log hears once of a receiver that is down.
    expect(faults.length).toBe(before + 1);
  });

  test.each([
    ['seconds', '1', 900],
    ['a date', new Date(NOW + 1_000).toUTCString(), 900],
    ['a date that is over', new Date(NOW - 1_000).toUTCString(), 0],
    ['nothing that can be read', 'soon', 0],
  ])('[FINDINGS-19] leaves a receiver alone for as long as it asks by %s', async (_, retryAfter, leastMs) => {
    const { at, url } = await receiver();
    const asked: number[] = [];
    at.answer = () => (asked.push(performance.now()) === 1 ? 429 : 200);
    at.headers = { 'retry-after': retryAfter };
    const outbox = new Published();
    outbox.add('high');
    const backoff = { firstMs: 5, mostMs: 60_000 };
    const sent = await courier(outbox, webhook(url), 'low', { ...PACE, backoff });
    await until(() => sent.status.waiting === 0);
    const [first = 0, second = 0] = asked;
    expect(second - first).toBeGreaterThanOrEqual(leastMs);
    expect(second - first).toBeLessThan(leastMs + 900);
  });

  test('[FINDINGS-19] leaves a receiver alone for no longer than the longest pause, whatever it asks', async () => {
    const { at, url } = await receiver();
    at.answer = () => (at.received.length <= 3 ? 503 : 200);
    at.headers = { 'retry-after': '99999999999999999999' };
    const outbox = new Published();
    outbox.add('high');
    const sent = await courier(outbox, webhook(url));
    await until(() => sent.status.waiting === 0);
    expect(at.uids).toHaveLength(4);
  });

  test('[FINDINGS-8] goes on after a restart where it was, also while nobody listened', async () => {
    const { at, url } = await receiver();
    const outbox = new Published();
    outbox.add('high', 'high');
    const first = await courier(outbox, webhook(url));
    await until(() => first.status.waiting === 0);
    await at.close();
    outbox.add('high');
    await until(() => first.status.failures > 0);
    await first.close();
    outbox.add('high');
    const again = new WebhookReceiver();
    closers.push(() => again.close());
    await again.listen(Number(url.port));
    const second = await courier(outbox, webhook(url));
    await until(() => second.status.waiting === 0);
    expect([at.uids, again.uids]).toEqual([
      ['ano_1.1.1', 'ano_2.2.1'],
      ['ano_3.3.1', 'ano_4.4.1'],
    ]);
  });

  test('[FINDINGS-8] whatever fails and whenever it is ended, everything arrives, and the first arrivals are in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('taken', 'refused', 'taken but not told'), { maxLength: 12 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        async (answers, count, changesAtOnce) => {
          await rm(join(dir, 'outputs'), { recursive: true, force: true });
          const arrived: string[] = [];
          let turn = 0;
          const sink: Sink = {
            changesAtOnce,
            send: async ({ uid }) => {
              const answer = answers[turn++] ?? 'taken';
              if (answer !== 'refused') arrived.push(uid);
              if (answer !== 'taken') throw new Error('down');
            },
            confirm: async () => undefined,
            close: () => undefined,
          };
          const outbox = new Published();
          outbox.add(...Array.from({ length: count }, () => 'high' as const));
          for (let life = 0; life < 3; life++) {
            const sent = await courier(outbox, sink);
            if (life < 2) await pause(1);
            else await until(() => sent.status.waiting === 0);
            await sent.close();
          }
          expect([...new Set(arrived)]).toEqual(
            Array.from({ length: count }, (_, index) => `ano_${index + 1}.${index + 1}.1`),
          );
        },
      ),
      { numRuns: 25 },
    );
  });

  test('[FINDINGS-8] waits longer after each failure, up to a bound, by chance', () => {
    const backoff = { firstMs: 1_000, mostMs: 300_000 };
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000 }),
        fc.uint8Array({ minLength: 2, maxLength: 2 }),
        (failures, bytes) => {
          const whole = Math.min(300_000, 1_000 * 2 ** Math.min(failures - 1, 30));
          const waited = pauseAfter(failures, backoff, () => bytes);
          expect(waited).toBeGreaterThanOrEqual(whole / 2);
          expect(waited).toBeLessThanOrEqual(whole);
        },
      ),
    );
    expect(pauseAfter(1, backoff, () => Uint8Array.of(255, 255))).toBeGreaterThan(
      pauseAfter(1, backoff, () => Uint8Array.of(0, 0)),
    );
  });
});

describe('a cursor', () => {
  test('[FINDINGS-8] is whole or as it was; what is no cursor is refused instead of beginning anew', async () => {
    const path = join(dir, 'outputs', 'soc.json');
    expect(await readCursor(path)).toBeNull();
    await writeCursor(path, { record: 3, ordinal: 1 });
    await writeFile(`${path}.new`, '{"format":1,"rec');
    expect(await readCursor(path)).toEqual({ record: 3, ordinal: 1 });
    await writeCursor(path, { record: 4, ordinal: 2 });
    expect(await readCursor(path)).toEqual({ record: 4, ordinal: 2 });
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 9));
    await expect(readCursor(path)).rejects.toMatchObject({
      code: 'damaged_cursor',
      message: expect.stringContaining('is no cursor of this release'),
    });
  });
});

test('[FINDINGS-18] the receiver of the documentation believes what is signed now, and survives what is not signed', async () => {
  const page = await readFile(new URL('../../docs/outputs.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
  const module = `data:text/javascript,${encodeURIComponent(`${code} export { isFromStance };`)}`;
  const { isFromStance } = (await import(/* @vite-ignore */ module)) as {
    isFromStance: (headers: Record<string, string>, body: string, secret: Buffer) => boolean;
  };
  const [secret, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const now = Math.floor(Date.now() / 1_000);
  const signed = signatureHeaders('ano_a.1.1', now, '{}', [other, secret]);
  expect(isFromStance(signed, '{}', secret)).toBe(true);
  expect(isFromStance(signed, '{ }', secret)).toBe(false);
  expect(isFromStance(signatureHeaders('ano_a.1.1', now - 301, '{}', [secret]), '{}', secret)).toBe(false);
  const ofNoTime = signatureHeaders('ano_a.1.1', Number.NaN, '{}', [secret]);
  expect(isFromStance(ofNoTime, '{}', secret)).toBe(false);
  for (const name of Object.keys(signed)) {
    const { [name]: _, ...rest } = signed;
    expect(isFromStance(rest, '{}', secret)).toBe(false);
  }
  expect(isFromStance({}, '{}', secret)).toBe(false);
});
