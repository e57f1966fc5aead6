import { LIMITS } from '../../model/index.ts';

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const ARRAY_START = 0x5b;
const ARRAY_END = 0x5d;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;

/**
 * Whether a body would cost more memory and time than its bytes suggest. One of 16 MiB may hold five million
 * empty objects, or as many arrays one in another: parsed they take gigabytes, and the server waits meanwhile.
 * So what JSON would make of it is counted before it is parsed: objects and arrays, the elements of an array
 * body, the lines of any other. Exact up to the first error of syntax, where parsing ends as well.
 */
export function exceedsBatch(bytes: Uint8Array, isArray: boolean): boolean {
  let containers = 0;
  let records = 1;
  let depth = 0;
  let isText = false;
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at] ?? 0) {
      case LF:
        // No text of JSON goes over a line's end; of NDJSON each line begins anew.
        isText = false;
        if (!isArray) records++;
        break;
      case BACKSLASH:
        if (isText) at++;
        break;
      case QUOTE:
        isText = !isText;
        break;
      case OBJECT_START:
      case ARRAY_START:
        if (isText) break;
        depth++;
        containers++;
        break;
      case OBJECT_END:
      case ARRAY_END:
        if (!isText) depth--;
        break;
      case COMMA:
        if (isArray && depth === 1 && !isText) records++;
        break;
      default:
    }
    if (containers > LIMITS.batchObjects || records > LIMITS.batchRecords) return true;
  }
  return false;
}
