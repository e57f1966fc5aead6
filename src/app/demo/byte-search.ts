import { type FileHandle, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const PAGE_BYTES = 4_096;
const CHUNK_BYTES = 8 * 1_048_576;

/** What is looked for: as long as chance never writes it. */
export type Needle = Uint8Array;

export interface Searched {
  readonly hits: number;
  readonly bytes: number;
}

/** Looks through every page that a process of ours has in memory and can read (Linux alone; `null` elsewhere). */
export async function searchMemory(pid: number, needles: readonly Needle[]): Promise<Searched | null> {
  if (process.platform !== 'linux') return null;
  const regions = regionsIn(await readFile(`/proc/${pid}/maps`, 'latin1'));
  const pages = await open(`/proc/${pid}/pagemap`, 'r');
  const memory = await open(`/proc/${pid}/mem`, 'r');
  try {
    let [hits, bytes] = [0, 0];
    for (const region of regions) {
      for (const run of runsThere(region, await entriesOf(pages, region))) {
        const found = await searchRegion(memory, run, needles);
        hits += found.hits;
        bytes += found.bytes;
      }
    }
    return { hits, bytes };
  } finally {
    await Promise.all([pages.close(), memory.close()]);
  }
}

/** The same in all files of a folder. */
export async function searchFiles(dir: string, needles: readonly Needle[]): Promise<Searched> {
  let [hits, bytes] = [0, 0];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    hits += count(content, needles);
    bytes += content.length;
  }
  return { hits, bytes };
}

interface Region {
  readonly from: number;
  readonly length: number;
}

/** The readable ones (proc(5)). Addresses of a process are below 2^48. */
function regionsIn(maps: string): readonly Region[] {
  return maps.split('\n').flatMap((line) => {
    const region = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line);
    if (region === null || /\[(?:vvar|vsyscall)/.test(line)) return [];
    const from = Number.parseInt(region[1] ?? '', 16);
    return [{ from, length: Number.parseInt(region[2] ?? '', 16) - from }];
  });
}

/** What the system says of each page: 64 bits (Documentation/admin-guide/mm/pagemap.rst). */
async function entriesOf(pages: FileHandle, { from, length }: Region): Promise<Buffer> {
  const entries = Buffer.alloc((length / PAGE_BYTES) * 8);
  const { bytesRead } = await pages.read(entries, 0, entries.length, (from / PAGE_BYTES) * 8);
  return entries.subarray(0, bytesRead);
}

/** Pages that are in memory (bit 63) or swapped out (bit 62), those beside each other as one: most of V8's are neither. */
function runsThere({ from }: Region, entries: Buffer): readonly Region[] {
  const runs: Region[] = [];
  let begin: number | null = null;
  for (let nth = 0; nth <= entries.length / 8; nth++) {
    const isThere = nth < entries.length / 8 && (entries[8 * nth + 7] ?? 0) >= 0x40;
    if (isThere) begin ??= nth;
    else if (begin !== null) {
      runs.push({ from: from + begin * PAGE_BYTES, length: (nth - begin) * PAGE_BYTES });
      begin = null;
    }
  }
  return runs;
}

async function searchRegion(
  memory: FileHandle,
  { from, length }: Region,
  needles: readonly Needle[],
): Promise<Searched> {
  const overlap = Math.max(...needles.map((needle) => needle.length)) - 1;
  const chunk = Buffer.allocUnsafe(Math.min(length, CHUNK_BYTES));
  let [hits, at] = [0, 0];
  while (at < length) {
    // A page can go while it is looked at; what is not there any more holds nothing.
    const { bytesRead } = await memory
      .read(chunk, 0, Math.min(chunk.length, length - at), from + at)
      .catch(() => ({ bytesRead: 0 }));
    hits += count(chunk.subarray(0, bytesRead), needles);
    if (bytesRead === 0 || at + bytesRead >= length) break;
    at += Math.max(1, bytesRead - overlap);
  }
  return { hits, bytes: length };
}

function count(bytes: Buffer, needles: readonly Needle[]): number {
  let hits = 0;
  for (const needle of needles) {
    for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, at + 1)) hits += 1;
  }
  return hits;
}
