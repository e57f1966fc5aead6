import { firstJsonInk } from './json-divider.ts';

const PARQUET = Buffer.from('PAR1');
/** `[` and `{`. */
const JSON_STARTS: ReadonlySet<number> = new Set([0x5b, 0x7b]);

/** What is to be said of a file that is none of ours although it looks like one; `null` of all others. */
export function unreadForm(firstChunks: readonly Buffer[]): string | null {
  const [first] = firstChunks;
  if (first === undefined) return null;
  if (first.indexOf(PARQUET) === 0) {
    return 'it is a Parquet file, which is not read; give its records as JSON, one a line';
  }
  const isJson = JSON_STARTS.has(first[firstJsonInk(first, 0)] ?? 0);
  const looksLikeOcsf = isJson && firstChunks.some((chunk) => chunk.includes('"class_uid"'));
  return looksLikeOcsf
    ? 'it seems to hold OCSF events within something else; give the events alone: one a line, one behind the other, or an array of them'
    : null;
}
