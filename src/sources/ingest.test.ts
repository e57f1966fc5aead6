import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../model/index.ts';
import { ingestFiles } from './ingest.ts';
import { RecordingPort } from './intake-port.fixture.ts';
import { asNobody, connLine, connLog, type Flow, LogFolder, NOW, SITE } from './log-folder.fixture.ts';

function ingest(
  paths: readonly string[],
  port = new RecordingPort(),
  more: { stdin?: AsyncIterable<Buffer> } = {},
) {
  return ingestFiles(paths, { site: SITE, now: NOW, port, ...more });
}

/** `count` flows a second apart. */
function flows(prefix: string, count: number, from = 0): Flow[] {
  return Array.from({ length: count }, (_, index) => ({ uid: `${prefix}${index}`, start: from + index }));
}

/** Flows whose starts and durations jump about, so that lines leave in another order than they stand. */
function flowsInDisorder(prefix: string, { count, stride }: { count: number; stride: number }): Flow[] {
  return Array.from({ length: count }, (_, index) => ({
    uid: `${prefix}${index}`,
    start: (index * stride) % 4_001,
    duration: (index * 7_919) % 6_007,
  }));
}

const uids = (list: readonly Flow[]) => list.map(({ uid }) => uid);
const endOf = ({ start, duration = 0 }: Flow) => start + duration;

describe('several logs are read as one stream', () => {
  test('[SRC-INGEST-1] in order of time, whichever file a record stands in', async () => {
    await using folder = await LogFolder.make();
    await folder.write(
      'a/conn.log',
      connLog([
        { uid: 'C1', start: 1 },
        { uid: 'C4', start: 4 },
      ]),
    );
    await folder.write(
      'b/conn.log.gz',
      connLog([
        { uid: 'C2', start: 2 },
        { uid: 'C3', start: 3 },
      ]),
    );
    const port = new RecordingPort();
    const result = await ingest([folder.path], port);
    expect(port.taken).toEqual(['C1', 'C2', 'C3', 'C4']);
    expect(result).toMatchObject({ read: 4, accepted: 4, refused: 0, duplicates: 0, skipped: 0 });
    expect(port.histories).toBe(1);
  });

  test('[SRC-FOLLOW-12] a log that another replaced while it waited is not read as the one that it was', async () => {
    await using folder = await LogFolder.make();
    await folder.write('a.log', connLog(flows('B', 20_000)));
    await folder.write('conn.log', connLog(flows('C', 2, 20_000)));
    const port = new RecordingPort();
    port.whenFirstTaken = async () => {
      await rename(folder.at('conn.log'), folder.at('conn.log.1'));
      await folder.write('conn.log', connLog(flows('D', 3, 20_002)));
    };
    const first = await ingest([folder.path], port);
    expect(first.files[1]?.fault).toMatch(/another log came to its place/);
    await ingest([folder.path], port);
    const others = port.taken.filter((uid) => !uid.startsWith('B'));
    expect(others.toSorted()).toEqual(['C0', 'C1', 'D0', 'D1', 'D2']);
  });

  test('[SRC-FOLLOW-13] a folder within that cannot be read is named, and the rest is taken', async () => {
    await using folder = await LogFolder.make();
    await chmod(folder.path, 0o755);
    await folder.write('conn.log', connLog(flows('C', 2)));
    await mkdir(folder.at('shut'), { mode: 0o700 });
    await folder.write('lost+found/conn.log', connLog(flows('D', 2)));
    const { accepted, files } = await asNobody(() => ingest([folder.path]));
    expect(accepted).toBe(2);
    expect(files).toMatchObject([
      { path: folder.at('conn.log') },
      { path: folder.at('shut'), format: 'unknown', fault: 'the folder cannot be read (EACCES)' },
    ]);
  });

  test('[SRC-INGEST-2] a flow takes its place by its end, also in a log that is sorted by starts', async () => {
    await using folder = await LogFolder.make();
    const long = { uid: 'Clong', start: 0, duration: 86_400 };
    await folder.write('conn.log', connLog([long, ...flows('Ca', 20, 60), { uid: 'Clast', start: 90_000 }]));
    await folder.write('other.conn.log', connLog(flows('Cb', 20, 60)));
    const port = new RecordingPort();
    await ingest([folder.path], port);
    expect(port.taken.slice(-2)).toEqual(['Clong', 'Clast']);
    expect(port.taken.slice(0, 4)).toEqual(['Ca0', 'Cb0', 'Ca1', 'Cb1']);
  });

  test('[SRC-INGEST-3] ties are broken by file and line: the same logs always give the same order', async () => {
    const flow = fc.record({ start: fc.nat(5), duration: fc.option(fc.nat(5), { nil: undefined }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(flow, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        async (shapes) => {
          await using folder = await LogFolder.make();
          const all: (Flow & { order: string })[] = [];
          for (const [file, shape] of shapes.entries()) {
            const own = shape.map(({ start, duration }, line) => ({
              uid: `C${file}x${line}`,
              start,
              order: `${file} ${line}`,
              ...(duration === undefined ? {} : { duration }),
            }));
            all.push(...own);
            await folder.write(`${file}.conn.log`, connLog(own));
          }
          const expected = [...all].sort((a, b) => endOf(a) - endOf(b) || (a.order < b.order ? -1 : 1));
          for (const _ of [1, 2]) {
            const port = new RecordingPort();
            await ingest([folder.path], port);
            expect(port.taken).toEqual(uids(expected));
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test('one record with a broken clock does not hold its log back', async () => {
    await using folder = await LogFolder.make();
    const broken = { uid: 'Cbroken', start: 30 * 86_400 };
    await folder.write('a.conn.log', connLog([broken, ...flows('Ca', 5, 10)]));
    await folder.write('b.conn.log', connLog(flows('Cb', 5, 10)));
    const port = new RecordingPort();
    await ingest([folder.path], port);
    expect(port.taken.at(-1)).toBe('Cbroken');
    expect(port.taken.slice(0, 2)).toEqual(['Ca0', 'Cb0']);
  });

  test('more logs than may be open at once, one after the other', async () => {
    await using folder = await LogFolder.make();
    const count = LIMITS.openFiles + 20;
    for (let hour = 0; hour < count; hour++) {
      await folder.write(
        `conn.${String(hour).padStart(3, '0')}.log`,
        connLog(flows(`C${hour}x`, 2, hour * 3_600)),
      );
    }
    const port = new RecordingPort();
    await ingest([folder.path], port);
    expect(port.taken).toEqual(
      Array.from({ length: count }, (_, hour) => [`C${hour}x0`, `C${hour}x1`]).flat(),
    );
  });

  test('[SRC-INGEST-4] a journal record holds a bounded number of events', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', connLog(flows('C', LIMITS.eventsPerRecord * 2 + 5)));
    const port = new RecordingPort();
    await ingest([path], port);
    expect(port.journal.map(({ observations }) => observations.length)).toEqual([
      LIMITS.eventsPerRecord,
      LIMITS.eventsPerRecord,
      5,
    ]);
  });

  test('[SRC-INGEST-5] standard input is a log like any other, by its content', async () => {
    async function* stdin() {
      const bytes = Buffer.from(connLog(flows('C', 3)));
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    }
    const port = new RecordingPort();
    const result = await ingest(['-'], port, { stdin: stdin() });
    expect(port.taken).toEqual(['C0', 'C1', 'C2']);
    expect(result.files).toMatchObject([{ path: '-', format: 'zeek_tsv', accepted: 3 }]);
  });
});

describe('what was taken in before changes nothing', () => {
  test('[SRC-INGEST-6] the same log again: gzipped, renamed, or twice at once', async () => {
    await using folder = await LogFolder.make();
    const content = connLog(flows('C', 10));
    const port = new RecordingPort();
    const plain = await folder.write('conn.log', content);
    await ingest([plain], port);
    const again = await ingest(
      [plain, await folder.write('conn.log.gz', content), await folder.write('old/renamed.txt.1', content)],
      port,
    );
    expect(again).toMatchObject({ read: 30, accepted: 0, duplicates: 30, refused: 0 });
    expect(port.journal).toHaveLength(1);

    const fresh = new RecordingPort();
    const both = await ingest([plain, folder.at('conn.log.gz')], fresh);
    expect(both.files.map(({ accepted, duplicates }) => [accepted, duplicates])).toEqual([
      [10, 0],
      [0, 10],
    ]);
    expect(fresh.taken).toEqual(uids(flows('C', 10)));
  });

  test('[SRC-INGEST-7] of a log that has grown only what is new is taken', async () => {
    await using folder = await LogFolder.make();
    const port = new RecordingPort();
    const path = await folder.write('conn.log', connLog(flows('C', 3)));
    await ingest([path], port);
    await folder.write('conn.log', connLog(flows('C', 5)));
    expect(await ingest([path], port)).toMatchObject({ accepted: 2, duplicates: 3 });
    expect(port.taken).toEqual(uids(flows('C', 5)));
  });

  test('the half-written last line is taken when it is whole', async () => {
    await using folder = await LogFolder.make();
    const whole = connLog(flows('C', 3));
    const path = await folder.write('conn.log', whole.slice(0, -20));
    const port = new RecordingPort();
    const first = await ingest([path], port);
    expect(first).toMatchObject({ accepted: 2, refused: 1 });
    expect(first.files[0]?.reasons).toEqual({ half_written_line: 1 });
    await folder.write('conn.log', whole);
    expect(await ingest([path], port)).toMatchObject({ accepted: 1, duplicates: 2, refused: 0 });
  });

  test('[SRC-INGEST-8] an OCSF event that comes again in another file is known by its own id', async () => {
    await using folder = await LogFolder.make();
    const event = (uid: string, port: number) =>
      JSON.stringify({
        class_uid: 4001,
        time: 1_767_225_600_000,
        metadata: { uid },
        src_endpoint: { ip: '10.0.0.1', port },
        dst_endpoint: { ip: '192.0.2.1', port: 443 },
      });
    await folder.write('a.ndjson', `${event('e1', 1)}\n${event('e2', 2)}\n`);
    await folder.write('b.ndjson', `${event('e2', 2)}\n${event('e3', 3)}\n`);
    const port = new RecordingPort();
    expect(await ingest([folder.path], port)).toMatchObject({ accepted: 3, duplicates: 1 });
    expect(JSON.stringify(port.journal.map((batch) => batch.uids))).not.toContain('e2');
    await folder.write('c.ndjson', `${event('e4', 4)}\n${event('e1', 1)}\n`);
    expect(await ingest([folder.at('c.ndjson')], port)).toMatchObject({ accepted: 1, duplicates: 1 });
  });

  test('[SRC-OCSF-18] a finding that has the id of the event in which it was found is another event', async () => {
    await using folder = await LogFolder.make();
    const common = { time: 1_767_225_600_000, metadata: { uid: 'e1' } };
    const signIn = { ...common, class_uid: 3002, user: { name: 'kim' } };
    const finding = { ...common, class_uid: 2004, finding_info: { uid: 'f1' }, device: { ip: '10.0.0.1' } };
    const path = await folder.write('x.json', JSON.stringify([signIn, finding, finding]));
    expect(await ingest([path])).toMatchObject({ accepted: 2, duplicates: 1 });
  });

  test('[SRC-INGEST-9] after a crash the same call takes exactly what is missing', async () => {
    const shape = fc.record({
      count: fc.integer({ min: 400, max: 900 }),
      stride: fc.integer({ min: 1, max: 5_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(shape, { minLength: 2, maxLength: 4 }),
        fc.nat(3),
        fc.boolean(),
        async (shapes, takes, sorted) => {
          await using folder = await LogFolder.make();
          const expected: string[] = [];
          for (const [file, list] of shapes.entries()) {
            const own = flowsInDisorder(`C${file}x`, list);
            if (sorted) own.sort((a, b) => a.start - b.start);
            expected.push(...uids(own));
            await folder.write(file % 2 === 0 ? `${file}.conn.log` : `${file}.conn.log.gz`, connLog(own));
          }
          const dying = new RecordingPort().dieAfter(takes);
          await ingest([folder.path], dying).catch(() => undefined);
          const restarted = RecordingPort.after(dying.journal);
          const result = await ingest([folder.path], restarted);
          expect([...restarted.taken].sort()).toEqual(expected.sort());
          expect(result.accepted + result.duplicates).toBe(expected.length);
          expect(await ingest([folder.path], restarted)).toMatchObject({
            accepted: 0,
            duplicates: expected.length,
          });
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('what is no record', () => {
  test('[SRC-INGEST-10] a file that is no log is passed over by name and counted', async () => {
    await using folder = await LogFolder.make();
    await folder.write('README.md', '# Notes\n');
    await folder.write('empty.log', '');
    await folder.write('.hidden.conn.log', connLog(flows('H', 3)));
    await folder.write('conn.log', connLog(flows('C', 1)));
    const { files, read, skipped, refused } = await ingest([folder.path]);
    expect(
      files.map(({ path, format, skipped: count }) => [path.slice(folder.path.length + 1), format, count]),
    ).toEqual([
      ['README.md', 'unknown', 1],
      ['conn.log', 'zeek_tsv', 0],
      ['empty.log', 'empty', 0],
    ]);
    expect({ read, skipped, refused }).toEqual({ read: 2, skipped: 1, refused: 0 });
  });

  test('[SRC-INGEST-11] a path that does not exist is an error before anything is read', async () => {
    await using folder = await LogFolder.make();
    const good = await folder.write('conn.log', connLog(flows('C', 3)));
    const port = new RecordingPort();
    await expect(ingest([good, folder.at('nowhere')], port)).rejects.toMatchObject({
      code: 'missing_path',
      message: expect.stringContaining(folder.at('nowhere')),
    });
    expect(port.journal).toEqual([]);
  });

  test('[SRC-INGEST-12] a refusal says file, line and reason, and never the content', async () => {
    await using folder = await LogFolder.make();
    const lines = `${connLog(flows('C', 2))}secret-canary\tbroken\n${connLine({ uid: 'C2', start: 9 })}`;
    const path = await folder.write('conn.log', lines);
    const result = await ingest([path]);
    expect(result.files).toMatchObject([
      {
        path,
        accepted: 3,
        refused: 1,
        reasons: { wrong_column_count: 1 },
        refusals: [{ line: 11, reason: 'wrong_column_count', field: null }],
      },
    ]);
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  test('a gzip file that ends early gives what it holds and says so', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log.gz', connLog(flows('C', 2_000)));
    const { readFile } = await import('node:fs/promises');
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - 3_000));
    const [file] = (await ingest([path])).files;
    expect(file?.accepted).toBeGreaterThan(0);
    expect(file?.fault).toContain('ends early');
  });

  test('[SRC-INGEST-13] a folder that leads back to itself, or nowhere, is read once', async () => {
    await using folder = await LogFolder.make();
    await folder.write('day/conn.log', connLog(flows('C', 2)));
    await mkdir(folder.at('day/more'));
    await symlink(folder.path, folder.at('day/more/loop'));
    await symlink(folder.at('day'), folder.at('today'));
    await symlink(folder.at('gone.log'), folder.at('dangling.log'));
    const port = new RecordingPort();
    const { files } = await ingest([folder.path], port);
    expect(port.taken).toEqual(['C0', 'C1']);
    expect(files.map(({ format, fault }) => [format, fault !== undefined])).toEqual([
      ['unknown', true],
      ['zeek_tsv', false],
    ]);
  });
});

/** OCSF events a second apart. */
const events = (names: readonly string[]) =>
  names.map((uid, second) => ({
    class_uid: 3002,
    time: Date.UTC(2026, 0, 1) + second * 1_000,
    metadata: { uid },
    status_id: 1,
    user: { name: `"${uid}],` },
  }));
const lines = (records: readonly unknown[]) =>
  `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;

describe('events in a file', () => {
  const ids = ['e0', 'e1', 'e2'];
  const whole = events(ids);
  const forms = [
    ['one a line', lines(whole)],
    ['an array on one line', JSON.stringify(whole)],
    ['an array over several lines', JSON.stringify(whole, null, 2)],
    ['an array of one event a line', `[\n${lines(whole).trim().replaceAll('\n', ',\n')}\n]\n`],
    ['several over several lines', whole.map((event) => JSON.stringify(event, null, '\t')).join('\n')],
  ] as const;

  test.each(forms)('[SRC-INGEST-16] are read as POST /v1/events reads them: %s', async (_, text) => {
    await using folder = await LogFolder.make();
    const expected = new RecordingPort();
    await ingest([await folder.write('lines.ndjson', lines(whole))], expected);
    async function* stdin() {
      for (let at = 0; at < text.length; at += 7) yield Buffer.from(text.slice(at, at + 7));
    }
    for (const path of [await folder.write('a.json', text), await folder.write('b.gz', text), '-']) {
      const port = new RecordingPort();
      const result = await ingest([path], port, path === '-' ? { stdin: stdin() } : {});
      expect(result).toMatchObject({ read: 3, accepted: 3, refused: 0, skipped: 0 });
      expect(result.files).toMatchObject([{ format: 'ocsf' }]);
      expect(port.journal.map(({ observations }) => observations)).toEqual(
        expected.journal.map(({ observations }) => observations),
      );
      expect(await ingest([path === '-' ? folder.at('a.json') : path], port)).toMatchObject({
        duplicates: 3,
      });
    }
  });

  test('each of its own, though all their files begin alike', async () => {
    await using folder = await LogFolder.make();
    for (const [index, event] of whole.entries()) {
      const nameless = { ...event, metadata: {} };
      await folder.write(`${index}.json`, JSON.stringify(nameless, null, 2));
      await folder.write(`${index}-list.json`, JSON.stringify([{ ...nameless, status_id: 2 }], null, 2));
    }
    expect(await ingest([folder.path])).toMatchObject({ read: 6, accepted: 6, duplicates: 0 });
  });

  test('of an array that has grown only those that are new', async () => {
    await using folder = await LogFolder.make();
    const nameless = whole.map((event) => ({ ...event, metadata: {} }));
    const port = new RecordingPort();
    for (const [count, accepted] of [
      [1, 1],
      [2, 1],
      [3, 1],
      [3, 0],
    ] as const) {
      const path = await folder.write('all.json', JSON.stringify(nameless.slice(0, count), null, 2));
      expect(await ingest([path], port)).toMatchObject({ accepted, duplicates: count - accepted });
    }
  });

  test('that are bad are refused by their place, and an array that is cut off is told', async () => {
    await using folder = await LogFolder.make();
    const text = JSON.stringify([whole[0], 7, { class_uid: 3002 }, whole[1]]);
    const [file] = (await ingest([await folder.write('x.json', text)])).files;
    expect(file).toMatchObject({ accepted: 2, framing: 'values' });
    expect(file?.refusals.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'not_an_object'],
      [3, 'missing_field'],
    ]);
    const [cut] = (await ingest([await folder.write('y.json', text.slice(0, -20))])).files;
    expect(cut).toMatchObject({ accepted: 1, refused: 3, reasons: { half_written_line: 1 } });
    expect(cut?.fault).toMatch(/not closed/);
  });

  test('a large array is read piece by piece', async () => {
    await using folder = await LogFolder.make();
    const many = events(Array.from({ length: 20_000 }, (_, index) => `e${index}`));
    const path = await folder.write('large.json', JSON.stringify(many));
    const port = new RecordingPort();
    expect(await ingest([path], port)).toMatchObject({ read: 20_000, accepted: 20_000 });
    expect(port.journal.length).toBeGreaterThan(5);
  });

  test('of Zeek and Suricata too', async () => {
    await using folder = await LogFolder.make();
    const flow = { 'id.orig_h': '10.1.2.3', 'id.resp_h': '192.0.2.10', proto: 'tcp', conn_state: 'SF' };
    const zeek = ids.map((uid, second) => ({ ts: 1_767_225_600 + second, uid, ...flow }));
    const eve = ids.map((_, flow_id) => ({
      timestamp: '2026-01-01T00:00:00.5+0000',
      event_type: 'dns',
      flow_id,
      src_ip: '10.1.2.3',
      dest_ip: '192.0.2.10',
      dns: { type: 'query', rrname: 'a.example' },
    }));
    for (const records of [zeek, eve]) {
      for (const indent of [undefined, 2]) {
        const path = await folder.write('x.json', JSON.stringify(records, null, indent));
        expect(await ingest([path])).toMatchObject({ read: 3, accepted: 3 });
      }
    }
  });

  test('[SRC-INGEST-17] in a form that is not read say so', async () => {
    await using folder = await LogFolder.make();
    await folder.write('envelope.json', JSON.stringify({ events: whole }, null, 2));
    await folder.write('events.parquet', 'PAR1…');
    await writeFile(folder.at('log.zst'), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]));
    await writeFile(folder.at('log.utf16'), Buffer.from('\ufeff{"ts":1}\n', 'utf16le'));
    await folder.write('nothing.json', ' [\n]\n');
    await folder.write('package.json', '{\n  "name": "x"\n}');
    const { files } = await ingest([folder.path]);
    expect(files.map(({ format, fault }) => [format, fault ?? null])).toEqual([
      ['unknown', expect.stringMatching(/OCSF events within something else/)],
      ['unknown', expect.stringMatching(/Parquet/)],
      ['unknown', expect.stringMatching(/UTF-16/)],
      ['unknown', expect.stringMatching(/zstd/)],
      ['empty', null],
      ['unknown', null],
    ]);
  });
});
