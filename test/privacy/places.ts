import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { brotliDecompressSync, constants, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** Some bytes in which a canary could stand, and where they are. */
export interface Place {
  readonly where: string;
  readonly bytes: Uint8Array;
}

/** Compressed within compressed, and no further. */
const DEEPEST = 3;
const SQLITE = 'SQLite format 3\0';
/** What is looked for in the middle of files, by its first bytes. */
const COMPRESSED: readonly (readonly [string, Buffer, (bytes: Uint8Array) => Buffer])[] = [
  ['gzip', Buffer.from([0x1f, 0x8b, 0x08]), gzipMember],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), (bytes) => zstdDecompressSync(bytes)],
  ['zlib', Buffer.from([0x78, 0x9c]), (bytes) => inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })],
];

/** Every byte below a directory: as it is, unpacked, and of databases also what their tables say; names of files, too. */
export function* placesIn(dir: string, passOver: (path: string) => boolean = () => false): Generator<Place> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !passOver(path.slice(dir.length + 1)));
  yield {
    where: 'names of files',
    bytes: Buffer.from(paths.map((path) => path.slice(dir.length)).join('\n')),
  };
  for (const path of paths) {
    const where = path.slice(dir.length + 1);
    const bytes = readFileSync(path);
    yield* layersOf({ where, bytes });
    if (bytes.toString('latin1', 0, SQLITE.length) === SQLITE) yield* tablesOf(where, path);
  }
}

/** The bytes, and whatever is compressed in them. */
export function* layersOf(place: Place, depth = 0): Generator<Place> {
  yield place;
  if (depth === DEEPEST) return;
  for (const [form, bytes] of unpacked(Buffer.from(place.bytes))) {
    yield* layersOf({ where: `${place.where}, ${form}`, bytes }, depth + 1);
  }
}

function* unpacked(bytes: Buffer): Generator<readonly [string, Buffer]> {
  for (const [form, magic, unpack] of COMPRESSED) {
    for (let at = bytes.indexOf(magic); at !== -1; at = bytes.indexOf(magic, at + 1)) {
      const plain = tried(() => unpack(bytes.subarray(at)));
      if (plain !== null && plain.length > 0) yield [`${form} at ${at}`, plain];
    }
  }
  // Brotli has no first bytes of its own: only a whole file of it can be told.
  const plain = bytes.length < 1_048_576 ? tried(() => brotliDecompressSync(bytes)) : null;
  if (plain !== null && plain.length > 0) yield ['brotli', plain];
}

/** One member (RFC 1952), whatever stands behind it: Node's own takes that for another one, and refuses. */
function gzipMember(bytes: Uint8Array): Buffer {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [8, 16]) if ((flags & flag) !== 0) at = bytes.indexOf(0, at) + 1;
  if ((flags & 2) !== 0) at += 2;
  return inflateRawSync(bytes.subarray(at), { finishFlush: constants.Z_SYNC_FLUSH });
}

function tried(unpack: () => Buffer): Buffer | null {
  try {
    return unpack();
  } catch {
    return null;
  }
}

/** What a database says of itself and in every row, its log taken in: overflowing texts lie in several pages. */
function* tablesOf(where: string, path: string): Generator<Place> {
  const scratch = mkdtempSync(join(tmpdir(), 'stance-search-'));
  try {
    const copy = join(scratch, 'copy.db');
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    const db = new DatabaseSync(copy);
    try {
      db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      for (const row of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()) {
        const name = String(row['name']);
        yield { where: `${where}, table ${name}`, bytes: rowsOf(db, name) };
      }
    } finally {
      db.close();
    }
    yield { where: `${where}, checkpointed`, bytes: readFileSync(copy) };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function rowsOf(db: DatabaseSync, table: string): Buffer {
  const parts: Uint8Array[] = [];
  for (const row of db.prepare(`SELECT * FROM "${table}"`).iterate()) {
    for (const value of Object.values(row)) {
      parts.push(value instanceof Uint8Array ? value : Buffer.from(String(value)), Buffer.from('\n'));
    }
  }
  return Buffer.concat(parts);
}
