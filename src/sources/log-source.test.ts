import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { connLog, LogFolder, NOW, SITE } from './log-folder.fixture.ts';
import { type Survey, survey } from './log-source.ts';
import { createLogReader } from './readers.ts';
import { defaultSensor } from './sensor.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const noInput = { async *[Symbol.asyncIterator]() {} };

test('[SRC-INGEST-21] of files that wait to be read nothing is held but what is known of them', async () => {
  await using folder = await LogFolder.make();
  const flows = Array.from({ length: 4_000 }, (_, index) => ({ uid: `C${index}`, start: index }));
  const text = connLog(flows);
  const path = await folder.write('conn.log', text);
  const look = () =>
    survey({ path, kind: 'file' }, noInput, (format, of) =>
      createLogReader(format, of, { site: SITE, sensor: defaultSensor(format), now: NOW }),
    );
  await look();
  await nextTurn();
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  const surveys: Survey[] = [];
  for (let file = 0; file < 50; file++) surveys.push(await look());
  await vi.waitFor(() => {
    collectGarbage();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20 * text.length);
  }, 10_000);
  expect(surveys.every(({ format }) => format === 'zeek_tsv')).toBe(true);
});
