import { LIMITS, type Reading, type Refusal } from '../../model/index.ts';
import type { Line } from '../line.ts';
import { firstInk } from '../lines.ts';
import type { LogReader } from '../log-reader.ts';
import { createTimeGate, type SourceContext, type TimeGate } from '../reading-context.ts';
import { communityId, sensorId } from '../wire-values.ts';
import { ZeekConnectionScanner } from './connection-scanner.ts';
import { JsonBytes } from './json-bytes.ts';
import { JsonConnections } from './json-connections.ts';
import { kindOfFile, kindOfShape, MAPPINGS } from './log-kinds.ts';
import type { ZeekRecord } from './record.ts';
import { NO_HEADER, readHeaderLine, type TsvHeader } from './tsv-header.ts';
import { TsvConnections } from './tsv-connections.ts';
import { TsvRecord } from './tsv-record.ts';

interface ZeekFile {
  /** For the log kind in its name, where its content does not state one. */
  readonly path: string;
  readonly form: 'tsv' | 'json';
  readonly context: SourceContext;
}

const HASH = 0x23;
const NO_RECORD: readonly Reading[] = [];

/** Reads a Zeek log, TSV or JSON lines. Only what the mapping of its kind asks for is ever decoded. */
export function createZeekReader(file: ZeekFile): LogReader {
  // Whichever way a record is read, its time shapes what may follow.
  const gate = createTimeGate(file.context);
  const map = createMapper(file, gate);
  const { read, lines } = file.form === 'tsv' ? tsvLines(file, map) : jsonLines(file, map);
  return {
    format: `zeek_${file.form}`,
    read(line) {
      if (line.fault !== null) return [refusal(line.fault)];
      const ink = firstInk(line.bytes);
      if (ink === line.bytes.length) return NO_RECORD;
      const reading = read(line, ink);
      if (reading === null) return NO_RECORD;
      // What cannot be read of a line without end is no fault of the sensor: it was still writing.
      return [reading.kind === 'refused' && !line.complete ? refusal('half_written_line') : reading];
    },
    connections: new ZeekConnectionScanner(lines, gate),
  };
}

interface Form {
  readonly read: (line: Line, ink: number) => Reading | null;
  readonly lines: TsvConnections | JsonConnections;
}

function tsvLines(file: ZeekFile, map: Mapper): Form {
  const record = new TsvRecord();
  const lines = new TsvConnections();
  let header: TsvHeader = NO_HEADER;
  let kind: string | null = null;
  function readHeader(line: string): void {
    header = readHeaderLine(header, line);
    kind =
      header.path ?? kindOfFile(file.path) ?? kindOfShape((field) => header.columns?.has(field) ?? false);
    lines.setHeader(kind === 'conn' && header.columns !== null ? header : null);
  }
  const read: Form['read'] = (line, ink) => {
    // Some tools indent the first header line; Zeek escapes a value that would begin a record with `#`.
    if (line.bytes[ink] === HASH && (ink === 0 || header.columns === null)) {
      readHeader(line.bytes.toString('utf8', ink));
      return null;
    }
    if (header.columns === null) return refusal('missing_header');
    if (kind === null || !MAPPINGS.has(kind)) return map.passOver(kind);
    return record.load(header, line.bytes) ? map.record(record, kind) : refusal('wrong_column_count');
  };
  return { read, lines };
}

function jsonLines(file: ZeekFile, map: Mapper): Form {
  const kindInName = kindOfFile(file.path);
  const record = new JsonBytes();
  const read: Form['read'] = (line) => {
    const fault = record.load(line.bytes);
    if (fault !== null) return refusal(fault);
    // Captures are called after what somebody did in them: fields that only one log has say more than a name.
    const kind = record.statedKind() ?? kindOfShape((field) => record.has(field)) ?? kindInName;
    return kind !== null && MAPPINGS.has(kind) ? map.record(record, kind) : map.passOver(kind);
  };
  return { read, lines: new JsonConnections() };
}

interface Mapper {
  record(record: ZeekRecord, kind: string): Reading;
  /** A kind that we do not read, counted by its name. */
  passOver(kind: string | null): Reading;
}

function createMapper({ context }: ZeekFile, gate: TimeGate): Mapper {
  const passedOver = new Set<string>();
  return {
    record(record, kind) {
      const micros = record.micros('ts');
      if (micros === null) return refusal(record.fault === null ? 'missing_field' : 'invalid_time', 'ts');
      const mapped = MAPPINGS.get(kind)?.(record, {
        time: Math.floor(micros / 1_000),
        provenance: {
          site: context.site,
          sensor: context.sensor,
          uid: sensorId(record.text('uid')),
          communityId: communityId(record.text('community_id')),
        },
      });
      if (record.fault !== null) return refusal(record.fault.reason, record.fault.field);
      if (mapped === undefined || mapped === null) return refusal('invalid_value');
      if (mapped.kind === 'skip') return mapped;
      if (!gate.admits(mapped.time)) return refusal('time_out_of_range', 'ts');
      return { kind: 'observation', observation: mapped };
    },
    passOver(kind) {
      // The name comes from the file: only a word, and only so many of them.
      const isWord = kind !== null && /^[a-z0-9_]{1,48}$/i.test(kind);
      const what = isWord ? kind : 'unknown_log';
      if (passedOver.size >= LIMITS.skippedKindsPerFile && !passedOver.has(what)) {
        return { kind: 'skip', what: 'other_logs' };
      }
      passedOver.add(what);
      return { kind: 'skip', what };
    },
  };
}

function refusal(reason: Refusal, field: string | null = null): Reading {
  return { kind: 'refused', reason, field };
}
