import { isNeverALog } from './detect.ts';
import { firstJsonInk } from './json-divider.ts';

/** By the first bytes. */
const OTHER_FORMS: readonly (readonly [bytes: readonly number[], what: string])[] = [
  [[0x50, 0x41, 0x52, 0x31], 'it is a Parquet file, which is not read; give its records as JSON, one a line'],
  [
    [0x28, 0xb5, 0x2f, 0xfd],
    'it is compressed by zstd, which is not read; unpack it, or compress it by gzip',
  ],
  [
    [0xfd, 0x37, 0x7a, 0x58, 0x5a],
    'it is compressed by xz, which is not read; unpack it, or compress it by gzip',
  ],
  [[0x42, 0x5a, 0x68], 'it is compressed by bzip2, which is not read; unpack it, or compress it by gzip'],
  [[0x50, 0x4b, 0x03, 0x04], 'it is a ZIP archive, which is not read; unpack it'],
  [[0xff, 0xfe], 'it is written in UTF-16, which is not read; write it in UTF-8'],
  [[0xfe, 0xff], 'it is written in UTF-16, which is not read; write it in UTF-8'],
];
/** `[` and `{`. */
const JSON_STARTS: ReadonlySet<number> = new Set([0x5b, 0x7b]);

/** What is to be said of a file that is none of ours although it looks like a log; `null` of all others. */
export function unreadForm(firstChunks: readonly Buffer[], path: string): string | null {
  const [first] = firstChunks;
  if (first === undefined || isNeverALog(path)) return null;
  const other = OTHER_FORMS.find(([bytes]) => bytes.every((byte, at) => first[at] === byte));
  if (other !== undefined) return other[1];
  const isJson = JSON_STARTS.has(first[firstJsonInk(first, 0)] ?? 0);
  const looksLikeOcsf = isJson && firstChunks.some((chunk) => chunk.includes('"class_uid"'));
  return looksLikeOcsf
    ? 'it seems to hold OCSF events within something else; give the events alone: one a line, one behind the other, or an array of them'
    : null;
}
