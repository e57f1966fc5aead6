import { appendFile, chmod, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Follower, followFolder } from './follow.ts';
import { ingestFiles } from './ingest.ts';
import { RecordingPort } from './intake-port.fixture.ts';
import { asNobody, connLine, connLog, LogFolder, NOW, SITE } from './log-folder.fixture.ts';

/** A follower that looks when it is told to. */
function follow(
  path: string,
  port: RecordingPort,
  onFault?: (cause: unknown) => void,
): Follower & AsyncDisposable {
  const follower = followFolder(path, {
    site: SITE,
    now: () => NOW,
    port,
    pollMs: 3_600_000,
    ...(onFault === undefined ? {} : { onFault }),
  });
  return Object.assign(follower, { [Symbol.asyncDispose]: () => follower.stop() });
}

const log = (...uids: string[]) => connLog(uids.map((uid, start) => ({ uid, start })));
const line = (uid: string, start = 1_000) => connLine({ uid, start });

describe('a folder of live logs', () => {
  test('[SRC-FOLLOW-1] gives what it holds, then what is written to it', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', log('C1', 'C2'));
    const port = new RecordingPort();
    await using follower = follow(folder.path, port);
    await follower.poll();
    expect(port.taken).toEqual(['C1', 'C2']);
    await appendFile(path, line('C3'));
    await follower.poll();
    await follower.poll();
    await folder.write('other/conn.log', log('C4'));
    await follower.poll();
    expect(port.taken).toEqual(['C1', 'C2', 'C3', 'C4']);
    expect(port.histories).toBe(0);
    expect(follower.files().map(({ accepted, duplicates }) => [accepted, duplicates])).toEqual([
      [3, 0],
      [1, 0],
    ]);
  });

  test('[SRC-FOLLOW-2] a half-written last line waits for its line break', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', log('C1'));
    const port = new RecordingPort();
    await using follower = follow(folder.path, port);
    const next = line('C2');
    for (const part of [next.slice(0, 30), next.slice(30, -1)]) {
      await appendFile(path, part);
      await follower.poll();
      expect(port.taken).toEqual(['C1']);
    }
    await appendFile(path, '\n');
    await follower.poll();
    expect(port.taken).toEqual(['C1', 'C2']);
    expect(follower.files()).toMatchObject([{ refused: 0, accepted: 2 }]);
  });

  test('[SRC-FOLLOW-3] a renamed log is read to its end, and the new one from its start', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', log('C1'));
    const port = new RecordingPort();
    await using follower = follow(folder.path, port);
    await follower.poll();
    await appendFile(path, line('C2', 10));
    await rename(path, folder.at('conn-2026-01-01.log'));
    await folder.write('conn.log', connLog([{ uid: 'C3', start: 20 }]));
    await follower.poll();
    await appendFile(folder.at('conn-2026-01-01.log'), line('C4', 30));
    await follower.poll();
    expect(port.taken).toEqual(['C1', 'C2', 'C3', 'C4']);
  });

  test('[SRC-FOLLOW-4] the compressed copy that a rotation leaves behind changes nothing', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', log('C1', 'C2'));
    const port = new RecordingPort();
    await using follower = follow(folder.path, port);
    await follower.poll();
    await appendFile(path, line('C3'));
    await folder.write('2026-01-01/conn.00:00:00-01:00:00.log.gz', log('C1', 'C2') + line('C3'));
    await rm(path);
    await follower.poll();
    expect(port.taken).toEqual(['C1', 'C2', 'C3']);
  });

  test('what was written up to the deletion is still read', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', log('C1'));
    const port = new RecordingPort();
    await using follower = follow(folder.path, port);
    await follower.poll();
    await appendFile(path, line('C2'));
    await rm(path);
    await follower.poll();
    expect(port.taken).toEqual(['C1', 'C2']);
  });

  test('[SRC-FOLLOW-5] an emptied log is begun anew, also when it has grown beyond where it was', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', log('C1', 'C2'));
    const port = new RecordingPort();
    await using follower = follow(folder.path, port);
    await follower.poll();
    await truncate(path, 0);
    await follower.poll();
    await writeFile(path, log('D1'));
    await follower.poll();
    await truncate(path, 0);
    await writeFile(path, log('E1', 'E2', 'E3', 'E4'));
    await follower.poll();
    expect(port.taken).toEqual(['C1', 'C2', 'D1', 'E1', 'E2', 'E3', 'E4']);
  });

  test('[SRC-FOLLOW-12] a log that is copied and emptied while it waits for its turn loses nothing', async () => {
    await using folder = await LogFolder.make();
    const waited = connLog([{ uid: 'C1', start: 20_000 }]) + line('C2', 20_001);
    const path = await folder.write('conn.log', waited);
    // Records leave before the next log has its turn.
    const backlog = Array.from({ length: 20_000 }, (_, start) => ({ uid: `B${start}`, start }));
    await folder.write(
      'conn-2026-01-01.log',
      connLog(backlog.slice(0, 1)) + backlog.slice(1).map(connLine).join(''),
    );
    const port = new RecordingPort();
    const faults: unknown[] = [];
    port.whenFirstTaken = async () => {
      await folder.write('conn.log.1', waited);
      await truncate(path, 0);
      await appendFile(
        path,
        connLog([{ uid: 'D1', start: 20_002 }]) + line('D2', 20_003) + line('D3', 20_004),
      );
    };
    await using follower = follow(folder.path, port, (cause) => faults.push(cause));
    await follower.poll();
    await follower.poll();
    await appendFile(path, line('D4', 20_005));
    await follower.poll();
    const taken = port.taken.filter((uid) => !uid.startsWith('B'));
    expect(taken.toSorted()).toEqual(['C1', 'C2', 'D1', 'D2', 'D3', 'D4']);
    expect(port.taken).toHaveLength(20_006);
    expect(faults).toEqual([]);
  });

  test('[SRC-FOLLOW-12] a log that is copied and emptied while it is read goes on in its copy', async () => {
    await using folder = await LogFolder.make();
    const flows = Array.from({ length: 20_000 }, (_, start) => ({ uid: `C${start}`, start }));
    const before = connLog(flows.slice(0, 1)) + flows.slice(1).map(connLine).join('');
    const path = await folder.write('conn.log', before);
    const after = connLog([{ uid: 'D0', start: 30_000 }]);
    const news = Array.from({ length: 20_000 }, (_, index) => ({
      uid: `D${index + 1}`,
      start: 30_001 + index,
    }));
    const port = new RecordingPort();
    const faults: unknown[] = [];
    port.whenFirstTaken = async () => {
      await folder.write('conn.log.1', before);
      await truncate(path, 0);
      await appendFile(path, after + news.map(connLine).join(''));
    };
    await using follower = follow(folder.path, port, (cause) => faults.push(cause));
    for (let poll = 0; poll < 3; poll++) await follower.poll();
    expect(new Set(port.taken).size).toBe(40_001);
    expect(port.taken).toHaveLength(40_001);
    expect(faults).toEqual([]);
  });

  test('[SRC-FOLLOW-12] compressed logs that are renamed while they wait are read as what they are', async () => {
    await using folder = await LogFolder.make();
    const backlog = Array.from({ length: 20_000 }, (_, start) => ({ uid: `B${start}`, start }));
    await folder.write('a.log', connLog(backlog.slice(0, 1)) + backlog.slice(1).map(connLine).join(''));
    const older = connLog([{ uid: 'C1', start: 20_000 }]) + line('C2', 20_001);
    const newer = connLog([{ uid: 'D1', start: 20_002 }]) + line('D2', 20_003) + line('D3', 20_004);
    await folder.write('conn.log.1.gz', older);
    const port = new RecordingPort();
    port.whenFirstTaken = async () => {
      await rename(folder.at('conn.log.1.gz'), folder.at('conn.log.2.gz'));
      await folder.write('conn.log.1.gz', newer);
    };
    await using follower = follow(folder.path, port);
    await follower.poll();
    await follower.poll();
    expect(port.taken.filter((uid) => !uid.startsWith('B')).toSorted()).toEqual([
      'C1',
      'C2',
      'D1',
      'D2',
      'D3',
    ]);
    expect(follower.files().filter(({ fault }) => fault !== undefined)).toEqual([]);
  });

  test('[SRC-FOLLOW-9] an array of events gives each once, however it is written or closed anew', async () => {
    await using folder = await LogFolder.make();
    const event = (uid: string) =>
      JSON.stringify(
        {
          class_uid: 3002,
          time: Date.UTC(2026, 0, 1),
          connection_info: { uid },
          status_id: 1,
          user: { name: uid },
        },
        null,
        2,
      );
    const path = await folder.write('a.json', `[\n${event('E1')},\n${event('E2').slice(0, 30)}`);
    const before = new RecordingPort();
    {
      await using follower = follow(folder.path, before);
      await follower.poll();
      expect(before.taken).toEqual(['E1']);
      await appendFile(path, `${event('E2').slice(30)}\n`);
      await follower.poll();
      expect(before.taken).toEqual(['E1']);
      await appendFile(path, ']\n');
      await follower.poll();
      expect(before.taken).toEqual(['E1', 'E2']);
      // As a tool does that writes its list over the old one.
      await writeFile(path, `[\n${['E1', 'E2', 'E3'].map(event).join(',\n')}\n]\n`);
      await follower.poll();
      expect(before.taken).toEqual(['E1', 'E2', 'E3']);
    }
    await writeFile(path, `[\n${['E1', 'E2', 'E3', 'E4'].map(event).join(',\n')}\n]\n`);
    const after = RecordingPort.after(before.journal);
    await using follower = follow(folder.path, after);
    await follower.poll();
    expect(after.taken).toEqual(['E1', 'E2', 'E3', 'E4']);
    expect(follower.files()).toMatchObject([{ refused: 0, accepted: 1 }]);
  });

  test('[SRC-FOLLOW-6] after a restart each log goes on exactly where the journal stands', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', log('C1', 'C2'));
    const before = new RecordingPort();
    const first = follow(folder.path, before);
    await first.poll();
    await first.stop();
    await appendFile(path, line('C3'));
    const after = RecordingPort.after(before.journal);
    await using second = follow(folder.path, after);
    await second.poll();
    expect(after.taken).toEqual(['C1', 'C2', 'C3']);
    expect(second.files()).toMatchObject([{ accepted: 1, duplicates: 0, refused: 0 }]);
  });

  test('what an ingest has taken of it is not taken again, nor by an ingest what was followed', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', log('C1', 'C2'));
    const port = new RecordingPort();
    await ingestFiles([path], { site: SITE, now: NOW, port });
    await appendFile(path, line('C3'));
    await using follower = follow(folder.path, port);
    await follower.poll();
    expect(await ingestFiles([path], { site: SITE, now: NOW, port })).toMatchObject({
      accepted: 0,
      duplicates: 3,
    });
    expect(port.taken).toEqual(['C1', 'C2', 'C3']);
  });

  test('within one look records of several logs are in order of time', async () => {
    await using folder = await LogFolder.make();
    await folder.write('a.conn.log', log('A0', 'A1', 'A2'));
    await folder.write('b.conn.log', log('B0', 'B1', 'B2'));
    const port = new RecordingPort();
    await using follower = follow(folder.path, port);
    await follower.poll();
    expect(port.taken).toEqual(['A0', 'B0', 'A1', 'B1', 'A2', 'B2']);
  });

  test('[SRC-FOLLOW-13] a folder within that cannot be read is told of, and the rest is followed', async () => {
    await using folder = await LogFolder.make();
    await chmod(folder.path, 0o755);
    const path = await folder.write('conn.log', log('C1'));
    await folder.write('site/b.log', connLog([{ uid: 'S1', start: 5 }]));
    const port = new RecordingPort();
    const faults: unknown[] = [];
    await using follower = follow(folder.path, port, (cause) => faults.push(cause));
    const unread = () => follower.files().filter(({ fault }) => fault !== undefined);
    await follower.poll();
    await mkdir(folder.at('shut'), { mode: 0o700 });
    await chmod(folder.at('site'), 0o000);
    await appendFile(path, line('C2', 10));
    await folder.write('new.log', connLog([{ uid: 'N1', start: 20 }]));
    for (let poll = 0; poll < 3; poll++) await asNobody(() => follower.poll());
    expect(port.taken).toEqual(['C1', 'S1', 'C2', 'N1']);
    expect(faults).toMatchObject(
      ['shut', 'site'].map((name) => ({
        code: 'unreadable_path',
        message: `${folder.at(name)}: the folder cannot be read (EACCES)`,
      })),
    );
    expect(unread()).toMatchObject([
      { path: folder.at('shut'), fault: 'the folder cannot be read (EACCES)' },
      { path: folder.at('site') },
    ]);
    await chmod(folder.at('site'), 0o755);
    await appendFile(folder.at('site/b.log'), line('S2', 30));
    await asNobody(() => follower.poll());
    expect(port.taken.slice(4)).toEqual(['S2']);
    expect(unread()).toHaveLength(1);
    await rm(folder.at('shut'), { recursive: true });
    await follower.poll();
    expect(unread()).toEqual([]);
  });

  test('[SRC-FOLLOW-13] files that may be listed and not looked at are told of', async () => {
    await using folder = await LogFolder.make();
    await chmod(folder.path, 0o755);
    await folder.write('conn.log', log('C1'));
    await folder.write('site/b.log', log('S1'));
    await chmod(folder.at('site'), 0o744);
    const port = new RecordingPort();
    await asNobody(async () => {
      await using follower = follow(folder.path, port);
      await follower.poll();
      await follower.poll();
      expect(follower.files().filter(({ fault }) => fault !== undefined)).toMatchObject([
        { path: folder.at('site/b.log'), fault: 'the file cannot be looked at (EACCES)' },
      ]);
    });
    expect(port.taken).toEqual(['C1']);
  });

  test('[SRC-FOLLOW-13] that a path is gone for good is told, also where it was followed', async () => {
    await using folder = await LogFolder.make();
    await folder.write('logs/conn.log', log('C1'));
    const faults: unknown[] = [];
    await using follower = follow(folder.at('logs'), new RecordingPort(), (cause) => faults.push(cause));
    await follower.poll();
    await rm(folder.at('logs'), { recursive: true });
    for (let poll = 0; poll < 4; poll++) await follower.poll();
    expect(faults).toMatchObject([{ code: 'missing_path' }]);
  });

  test('files that are no logs lie beside it', async () => {
    await using folder = await LogFolder.make();
    await folder.write('README.md', 'notes\n');
    await folder.write('conn.log', '');
    const port = new RecordingPort();
    await using follower = follow(folder.path, port);
    await follower.poll();
    await folder.write('conn.log', log('C1'));
    await follower.poll();
    expect(port.taken).toEqual(['C1']);
    expect(follower.files().map(({ format }) => format)).toEqual(['unknown', 'zeek_tsv']);
  });

  test('a single live file is followed across its rotation, and may appear later', async () => {
    await using folder = await LogFolder.make();
    const port = new RecordingPort();
    const faults: unknown[] = [];
    await using follower = follow(folder.at('conn.log'), port, (cause) => faults.push(cause));
    await follower.poll();
    await follower.poll();
    expect(faults).toMatchObject([{ code: 'missing_path' }]);
    const path = await folder.write('conn.log', log('C1'));
    await follower.poll();
    await appendFile(path, line('C2'));
    await rename(path, folder.at('conn.log.1'));
    await follower.poll();
    await folder.write('conn.log', log('C3'));
    await follower.poll();
    expect(port.taken).toEqual(['C1', 'C2', 'C3']);
    expect(faults).toHaveLength(1);
  });

  test('[SRC-FOLLOW-7] what a failed journal did not take is read again', async () => {
    await using folder = await LogFolder.make();
    const path = await folder.write('conn.log', log('C1', 'C2'));
    const faults: unknown[] = [];
    const dying = new RecordingPort().dieAfter(1);
    const first = follow(folder.path, dying, (cause) => faults.push(cause));
    await first.poll();
    await appendFile(path, line('C3'));
    await first.poll();
    expect(faults).toHaveLength(1);
    dying.dieAfter(Infinity);
    await first.poll();
    await first.stop();
    expect(dying.taken).toEqual(['C1', 'C2', 'C3']);
  });

  test('[SRC-FOLLOW-8] whatever happens to the log, each whole line is taken exactly once', async () => {
    const step = fc.constantFrom('write', 'half', 'rotate', 'compress', 'restart', 'poll');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await using folder = await LogFolder.make();
        const path = folder.at('conn.log');
        let port = new RecordingPort();
        let follower = follow(folder.path, port);
        let text = '';
        let count = 0;
        let half = '';
        const finishLine = async () => {
          if (half !== '') await appendFile(path, half);
          text += half;
          half = '';
        };
        const write = async (cut: boolean) => {
          await finishLine();
          const flow = { uid: `C${count}`, start: count };
          const next = text === '' ? connLog([flow]) : connLine(flow);
          count++;
          const now = cut ? next.slice(0, -9) : next;
          half = next.slice(now.length);
          text += now;
          await appendFile(path, now);
        };
        await write(false);
        for (const [number, action] of steps.entries()) {
          if (action === 'write') await write(false);
          else if (action === 'half') await write(true);
          else if (action === 'poll') await follower.poll();
          else if (action === 'restart') {
            await follower.stop();
            port = RecordingPort.after(port.journal);
            follower = follow(folder.path, port);
          } else {
            await finishLine();
            if (action === 'rotate') await rename(path, folder.at(`conn-${number}.log`));
            else {
              await folder.write(`old/conn.${number}.log.gz`, text);
              await rm(path);
            }
            text = '';
            await write(false);
          }
        }
        await finishLine();
        await follower.poll();
        await follower.stop();
        const expected = Array.from({ length: count }, (_, index) => `C${index}`);
        expect([...port.taken].sort()).toEqual(expected.sort());
        expect(follower.files().every(({ refused }) => refused === 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
