import { DatabaseSync } from 'node:sqlite';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** What comes to mind when one thinks of what must not be kept. */
const DENIED: ReadonlySet<string> = new Set(
  (
    'payload payload_printable packet password uri url user_agent http_user_agent filename username cookie mailfrom ' +
    'rcptto subject raw_data message cmd_line mail_from rcpt_to hostname'
  ).split(' '),
);

/**
 * The control: the same records kept by a list of what is denied, in the ways in which a program keeps things. A search
 * that finds nothing here cannot search.
 */
export function keepByDenyList(dir: string, records: readonly string[]): void {
  const kept = records.flatMap((line) => withoutDenied(line) ?? []);
  const third = Math.ceil(kept.length / 3);
  writeFileSync(join(dir, 'archive.gz'), gzipSync(kept.slice(0, third).join('\n')));
  writeFileSync(
    join(dir, 'encoded.txt'),
    kept
      .slice(third, 2 * third)
      .map((each) => Buffer.from(each).toString('base64'))
      .join('\n'),
  );
  const db = new DatabaseSync(join(dir, 'kept.db'));
  db.exec('PRAGMA journal_mode = WAL; CREATE TABLE record (body BLOB)');
  const insert = db.prepare('INSERT INTO record VALUES (?)');
  for (const each of kept.slice(2 * third)) insert.run(Buffer.from(each, 'utf16le'));
  db.close();
}

function withoutDenied(line: string): string | null {
  try {
    return JSON.stringify(stripped(JSON.parse(line)));
  } catch {
    return null;
  }
}

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !DENIED.has(key.split('.').at(-1) ?? ''));
  return Object.fromEntries(kept.map(([key, each]) => [key, stripped(each)]));
}
