import { describe, expect, test } from 'vitest';
import { LIMITS, type SensorId } from '../model/index.ts';
import { FairLine } from './fair-line.ts';
import { takeOcsfBatch } from './http-batch.ts';
import { RecordingPort } from './intake-port.fixture.ts';
import { NOW, SITE } from './log-folder.fixture.ts';

const event = (uid: string | null, port = 1) =>
  JSON.stringify({
    class_uid: 4001,
    time: 1_767_225_600_000,
    metadata: uid === null ? {} : { uid },
    src_endpoint: { ip: '10.0.0.1', port },
    dst_endpoint: { ip: '192.0.2.1', port: 443 },
  });

const lineOfPort = new WeakMap<RecordingPort, FairLine>();

function lineOf(port: RecordingPort): FairLine {
  const line = lineOfPort.get(port) ?? new FairLine();
  lineOfPort.set(port, line);
  return line;
}

function send(
  port: RecordingPort,
  texts: readonly string[],
  sequence: number | null = null,
  producer = 'fw-1',
  actor = 'intake',
) {
  return takeOcsfBatch(Buffer.from(texts.join('\n')), {
    context: { site: SITE, sensor: 'fw-1' as SensorId, now: NOW },
    numbered: sequence === null ? null : { producer, sequence },
    port,
    line: lineOf(port),
    actor,
  });
}

const counts = (accepted: number, duplicates: number) => ({
  kind: 'taken',
  accepted,
  duplicates,
  refused: 0,
});

describe('a batch of OCSF events', () => {
  test('[SRC-HTTP-1] sent twice under its number is taken once, also after a restart', async () => {
    const port = new RecordingPort();
    expect(await send(port, [event(null, 1), event(null, 2)], 0)).toMatchObject(counts(2, 0));
    expect(await send(port, [event(null, 1), event(null, 2)], 0)).toMatchObject(counts(0, 2));
    const restarted = RecordingPort.after(port.journal);
    expect(await send(restarted, [event(null, 1), event(null, 2)], 0)).toMatchObject(counts(0, 2));
    expect(await send(restarted, [event(null, 1)], 1)).toMatchObject(counts(1, 0));
    expect(await send(restarted, [event(null, 1)], 0, 'fw-2')).toMatchObject(counts(1, 0));
    expect(port.journal).toHaveLength(1);
  });

  test('[SRC-HTTP-8] of one token cannot make those of another pass for duplicates', async () => {
    const port = new RecordingPort();
    expect(await send(port, [event(null)], 10 ** 15 - 1, 'fw-1', 'faulty')).toMatchObject(counts(1, 0));
    expect(await send(port, [event(null)], 0, 'fw-1', 'honest')).toMatchObject(counts(1, 0));
  });

  test('[SRC-HTTP-9] of 1970, or from further ahead than clocks ordinarily are, is refused; so it makes none late', async () => {
    const port = new RecordingPort();
    const at = (time: number) => event(null).replace('1767225600000', String(time));
    const sent = [NOW + LIMITS.liveFutureMs, NOW + LIMITS.liveFutureMs + 1].map(at);
    const taken = await send(port, sent);
    expect(taken).toMatchObject({ accepted: 1, refusals: [{ line: 2, reason: 'time_out_of_range' }] });
    expect(await send(port, [`[${sent.join()}]`])).toMatchObject({ accepted: 1, refused: 1 });
    expect(await send(port, [at(1_000)])).toMatchObject({ accepted: 0, refused: 1 });
    expect(LIMITS.liveFutureMs).toBeLessThan(LIMITS.latenessMs);
  });

  test('[SRC-HTTP-2] both copies of one in flight at once do not pass', async () => {
    const port = new RecordingPort();
    const both = await Promise.all([send(port, [event(null)], 7), send(port, [event(null)], 7)]);
    expect(both).toMatchObject([counts(1, 0), counts(0, 1)]);
    const unnumbered = await Promise.all([send(port, [event('e1')]), send(port, [event('e1')])]);
    expect(unnumbered).toMatchObject([counts(1, 0), counts(0, 1)]);
  });

  test('[SRC-HTTP-3] without a number each event is known by its own id; one without an id is new', async () => {
    const port = new RecordingPort();
    expect(await send(port, [event('e1'), event('e2'), event('e1'), event(null)])).toMatchObject(
      counts(3, 1),
    );
    expect(await send(port, [event('e2'), event('e3'), event(null)])).toMatchObject(counts(2, 1));
    expect(port.taken).toHaveLength(5);
  });

  test('[SRC-HTTP-4] that is overtaken by the next is still taken, one that comes much too late is refused as such', async () => {
    const port = new RecordingPort();
    for (const sequence of [1, 0, 3, 2]) {
      expect(await send(port, [event(null, sequence)], sequence)).toMatchObject(counts(1, 0));
    }
    expect(await send(port, [event(null)], 2)).toMatchObject(counts(0, 1));
    expect(await send(port, [event(null)], 1_000)).toMatchObject(counts(1, 0));
    expect(await send(port, [event(null)], 999)).toMatchObject(counts(1, 0));
    expect(await send(port, [event(null)], 999)).toMatchObject(counts(0, 1));
    expect(await send(port, [event(null)], 1_000 - 256)).toEqual({ kind: 'sequence_too_old' });
    expect(port.taken).toHaveLength(6);
  });

  test('[SRC-HTTP-5] is one journal record, whatever its size', async () => {
    const port = new RecordingPort();
    const count = LIMITS.eventsPerRecord + 1;
    const lines = Array.from({ length: count }, (_, index) => event(null, index + 1));
    expect(await send(port, lines, 0)).toMatchObject(counts(count, 0));
    expect(port.journal.map(({ observations }) => observations.length)).toEqual([count]);
  });

  test('[SRC-HTTP-6] that the journal did not take may come again', async () => {
    const port = new RecordingPort().dieAfter(0);
    await expect(send(port, [event('e1')], 0)).rejects.toThrow('died');
    port.dieAfter(Infinity);
    expect(await send(port, [event('e1')], 0)).toMatchObject(counts(1, 0));
  });

  test('[SRC-HTTP-10] of more events than a batch has is none: nothing is taken, and its number is free', async () => {
    const port = new RecordingPort();
    const many = Array.from({ length: LIMITS.batchRecords + 1 }, () => '{}');
    expect(await send(port, many, 7)).toEqual({ kind: 'too_large' });
    expect(await send(port, [event('a')], 7)).toMatchObject({ accepted: 1, duplicates: 0 });
  });

  test('[PRESS-6] of one producer too many is refused, and tells so', async () => {
    const port = new RecordingPort();
    port.hasRoom = false;
    expect(await send(port, [event('e1')], 0)).toMatchObject({
      ...counts(0, 0),
      refused: 1,
      refusals: [{ line: 1, reason: 'too_many_producers', field: 'Stance-Producer' }],
    });
    expect(port.journal).toHaveLength(0);
  });

  test('[SRC-HTTP-7] enters without its bad records, which are told by line and reason, never by content', async () => {
    const port = new RecordingPort();
    const outcome = await send(port, [event('e1'), '{"canary', event('e2'), '{"class_uid":1001}'], 0);
    expect(outcome).toEqual({
      kind: 'taken',
      accepted: 2,
      refused: 1,
      duplicates: 0,
      skipped: 1,
      skips: { 'class 1001': 1 },
      refusals: [{ line: 2, reason: 'malformed_json', field: null }],
    });
    expect(await send(port, ['{"canary'], 1)).toMatchObject({ accepted: 0, refused: 1 });
    expect(await send(port, [event('e3')], 1)).toMatchObject(counts(1, 0));
  });

  test('a finding that lists several vulnerabilities is one record, and comes again as one', async () => {
    const port = new RecordingPort();
    const finding = JSON.stringify({
      class_uid: 2002,
      time: 1_767_225_600_000,
      metadata: { uid: 'v1' },
      device: { ip: '10.0.0.1' },
      vulnerabilities: [{ cve: { uid: 'CVE-2026-0001' } }, { cve: { uid: 'CVE-2026-0002' } }],
    });
    expect(await send(port, [finding])).toMatchObject(counts(1, 0));
    expect(port.journal[0]?.observations).toHaveLength(2);
    expect(await send(port, [finding])).toMatchObject(counts(0, 1));
  });
});
