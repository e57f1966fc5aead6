import { isDeepStrictEqual } from 'node:util';
import { JsonBytes } from './json-bytes.ts';
import { JsonRecord } from './json-record.fixture.ts';
import { type Chance, mutatedJson, oneOf } from './mutated-lines.fixture.ts';

const FIELDS =
  'ts uid id.orig_h id.orig_p id.resp_h id.resp_p id proto service duration orig_bytes resp_bytes conn_state local_orig query answers TTLs qtype rcode certificate.not_valid_after version.major status_code tunnel_parents host mac note community_id nothing'.split(
    ' ',
  );
const METHODS = ['has', 'text', 'texts', 'count', 'micros', 'millis', 'bool'] as const;
const FIELDS_ASKED = 8;

/** Where `JsonBytes` and `JSON.parse` do not say the same of a line; `null` where they do. */
export function disagreement(line: Buffer, fields: readonly string[] = FIELDS): string | null {
  const scanned = new JsonBytes();
  const parsed = new JsonRecord();
  const [fault, expected] = [scanned.load(line), parsed.load(line)];
  if (fault !== expected) return `${fault} instead of ${expected}`;
  if (fault !== null) return null;
  if (scanned.statedKind() !== parsed.statedKind()) return 'the stated kind';
  for (const field of fields) {
    for (const method of METHODS) {
      scanned.fault = null;
      parsed.fault = null;
      if (!isDeepStrictEqual(scanned[method](field), parsed[method](field))) return `${method}(${field})`;
      if (!isDeepStrictEqual(scanned.fault, parsed.fault)) return `the fault of ${method}(${field})`;
    }
  }
  return null;
}

/** The first of some mutated lines of which the two do not say the same. */
export function fuzzJson(chance: Chance, seeds: readonly string[], lines: number): string | null {
  for (let i = 0; i < lines; i++) {
    const line = Buffer.from(mutatedJson(chance, seeds));
    const fields = Array.from({ length: FIELDS_ASKED }, () => oneOf(chance, FIELDS));
    const found = disagreement(line, fields);
    if (found !== null) return `${found}: ${line.toString()}`;
  }
  return null;
}
