import { describe, expect, test } from 'vitest';
import { readByLine, readByRows } from './connection-log.fixture.ts';
import { LOG_KINDS } from './log-kinds.fixture.ts';
import { fuzzConnections } from './mutated-connections.fixture.ts';
import { createChance } from './mutated-lines.fixture.ts';
import { FLOW, tsv } from './zeek-log.fixture.ts';

const CONN = LOG_KINDS.find(({ kind }) => kind === 'conn')?.record ?? {};

describe('connections read into rows', () => {
  test('[SRC-SCAN-3] are what the reader makes of each line, in both forms, of mutated logs', () => {
    const { difference, rows } = fuzzConnections(createChance(20_261_125), 24_000);
    expect(difference).toBeNull();
    // The lines that were read fast are many enough to mean something.
    expect(rows).toBeGreaterThan(6_000);
  });

  test('[SRC-SCAN-3] as Zeek writes them are all read into rows', () => {
    const log = Buffer.from(tsv('conn', { ...FLOW, ...CONN }, { ...FLOW, ...CONN, uid: 'C2' }));
    const { rows, readings } = readByRows({ path: 'x.log', form: 'tsv' }, [log]);
    expect(rows).toBe(2);
    expect(readings).toEqual(readByLine({ path: 'x.log', form: 'tsv' }, log));
    const line = '{"ts":1.5,"id.orig_h":"10.0.0.1","id.resp_h":"::1","proto":"tcp","conn_state":"SF"}\n';
    // The very first line may begin with a byte order mark: it is left to the reader.
    expect(readByRows({ path: 'x.log', form: 'json' }, [Buffer.from(line.repeat(30))]).rows).toBe(29);
  });

  test('[SRC-SCAN-4] share the file’s clock with the reader of its other lines', () => {
    const ends = '"id.orig_h":"10.0.0.1","id.resp_h":"::1"';
    const old = `{"ts":1.5,${ends}}`;
    const modern = `{"ts":1767225600,${ends}}`;
    const byEscape = `{"ts":1767225600,${ends},"service":"\\u0073sl"}`;
    for (const lines of [
      [old, modern, old],
      [old, byEscape, old],
      [byEscape, old, modern],
    ]) {
      const log = Buffer.from(lines.join('\n'));
      const { readings } = readByRows({ path: 'conn.log', form: 'json' }, [log]);
      expect(readings).toEqual(readByLine({ path: 'conn.log', form: 'json' }, log));
      expect(readings.map(({ reading }) => reading.kind)).toContain('refused');
    }
  });
});
