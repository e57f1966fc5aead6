import { type Observation, OUTCOMES, PROTOCOLS, type Reading } from '../../model/index.ts';
import { ConnectionRows, LOCAL_UNSTATED, LOCAL_YES, NOT_STATED } from '../connection-rows.ts';
import { ConnectionWords } from '../connection-words.ts';
import type { Line } from '../line.ts';
import { createLineSplitter } from '../lines.ts';
import { createZeekReader } from './reader.ts';
import { CONTEXT, linesOf } from './zeek-log.fixture.ts';

const LF = 0x0a;

/** A reading, and the line that gave it. */
export interface Placed {
  readonly offset: number;
  readonly number: number;
  readonly reading: Reading;
}

export interface Log {
  readonly path: string;
  readonly form: 'tsv' | 'json';
}

/** What the reader makes of a log, line by line: what rows are held to. */
export function readByLine(log: Log, content: Buffer): readonly Placed[] {
  const reader = createZeekReader({ ...log, context: CONTEXT });
  return linesOf(content).flatMap((line) =>
    reader.read(line).map((reading) => ({ offset: line.offset, number: line.number, reading })),
  );
}

/** The same by way of rows, as far as they go; and how many rows there were. */
export function readByRows(
  log: Log,
  chunks: readonly Buffer[],
  words: () => ConnectionWords = () => new ConnectionWords(),
): { readonly readings: readonly Placed[]; readonly rows: number } {
  const reader = createZeekReader({ ...log, context: CONTEXT });
  const splitter = createLineSplitter();
  const rows = new ConnectionRows(7, words());
  const readings: Placed[] = [];
  let count = 0;

  function readRows(chunk: Buffer, at: number): number {
    if (splitter.holdsPart || splitter.at.offset === 0) return 0;
    rows.clear(rows.words.isFull ? words() : rows.words);
    const { bytes, lines } = reader.connections?.scan(chunk, at, splitter.at, rows) ?? { bytes: 0, lines: 0 };
    splitter.skip(bytes, lines);
    count += rows.count;
    for (let row = 0; row < rows.count; row++) readings.push(placed(rows, row));
    return bytes;
  }
  function readLine(line: Line): void {
    for (const reading of reader.read(line)) {
      readings.push({ offset: line.offset, number: line.number, reading });
    }
  }
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      at += readRows(chunk, at);
      if (rows.isFull) continue;
      const end = chunk.indexOf(LF, at) + 1 || chunk.length;
      splitter.push(chunk.subarray(at, end)).forEach(readLine);
      at = end;
    }
  }
  const last = splitter.finish();
  if (last !== null) readLine(last);
  return { readings, rows: count };
}

function placed(rows: ConnectionRows, row: number): Placed {
  const reading: Reading = { kind: 'observation', observation: observationOf(rows, row) };
  return { offset: rows.offset[row] ?? -1, number: rows.lineNumber[row] ?? -1, reading };
}

function observationOf(rows: ConnectionRows, row: number): Observation {
  const { words } = rows;
  const at = (column: ArrayLike<number>): number => column[row] ?? Number.NaN;
  const measure = (column: ArrayLike<number>) => (at(column) === NOT_STATED ? null : at(column));
  const end = (address: Uint32Array, port: Uint16Array, local: Uint8Array) => ({
    address: words.addresses.text(at(address)),
    port: at(port) === 0 ? null : at(port),
    local: at(local) === LOCAL_UNSTATED ? null : at(local) === LOCAL_YES,
  });
  const duration = measure(rows.duration);
  if (at(rows.start) !== at(rows.time) - (duration ?? 0)) throw new Error('the start of a row');
  return {
    kind: 'connection',
    time: at(rows.time),
    provenance: {
      site: CONTEXT.site,
      sensor: CONTEXT.sensor,
      uid: rows.uid(row),
      communityId: rows.communityId(row),
    },
    from: end(rows.from, rows.fromPort, rows.fromLocal),
    to: end(rows.to, rows.toPort, rows.toLocal),
    protocol: PROTOCOLS[at(rows.protocol)],
    service: at(rows.service) === 0 ? null : words.services.text(at(rows.service)),
    durationMs: duration,
    bytesOut: measure(rows.bytesOut),
    bytesIn: measure(rows.bytesIn),
    outcome: OUTCOMES[at(rows.outcome)],
    ...(at(rows.fromMac) === 0 ? {} : { fromMac: words.macs.text(at(rows.fromMac)) }),
    ...(at(rows.toMac) === 0 ? {} : { toMac: words.macs.text(at(rows.toMac)) }),
  } as Observation;
}
