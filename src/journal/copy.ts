import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncDirectory } from '../files/index.ts';
import { JournalCorrupt } from './errors.ts';
import { CHUNK_BYTES, readAt, refuseDamage, scanFrames, type Segment, segmentAt } from './segment.ts';

/** What is on disk at one moment; a journal only grows, so it stays true of it. */
export interface Extent {
  readonly segments: readonly Segment[];
  /** The first record behind them. */
  readonly length: number;
  /** Bytes of the last segment. */
  readonly end: number;
}

/** So much of a copy is made, in bytes. */
export type CopyProgress = (copied: number, total: number) => void;

interface Part {
  readonly segment: Segment;
  /** The first record behind it. */
  readonly next: number;
  readonly bytes: number;
}

/**
 * Copies the records of `extent` into the new directory `dir`, in files that only the owner can read, while the
 * journal may grow. Each copied frame is verified: a copy of damaged bytes would be found only when it is needed.
 * When it resolves, the copy is on disk.
 * @throws JournalCorrupt
 */
export async function copyExtent(extent: Extent, dir: string, onProgress: CopyProgress): Promise<void> {
  const parts = await partsOf(extent);
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  let copied = 0;
  await mkdir(dir, { mode: 0o700 });
  for (const part of parts) {
    await copyPart(part, dir, (bytes) => onProgress((copied += bytes), total));
  }
  await syncDirectory(dir);
  await syncDirectory(dirname(dir));
}

/** A closed segment is copied whole, the open one up to the end of what was acknowledged. */
async function partsOf({ segments, length, end }: Extent): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [index, segment] of segments.entries()) {
    const following = segments[index + 1];
    const bytes = following === undefined ? end : (await stat(segment.path)).size;
    parts.push({ segment, next: following?.first ?? length, bytes });
  }
  return parts;
}

async function copyPart(part: Part, dir: string, onCopied: (bytes: number) => void): Promise<void> {
  const { segment, bytes } = part;
  const source = await open(segment.path, 'r');
  try {
    const copy = await open(segmentAt(dir, segment.first).path, 'wx+', 0o600);
    try {
      for (let at = 0; at < bytes; ) {
        const chunk = await readAt(source, at, Math.min(CHUNK_BYTES, bytes - at));
        if (chunk.length === 0) throw new JournalCorrupt(segment.name, at, 'file is cut short');
        await copy.writeFile(chunk);
        at += chunk.length;
        onCopied(chunk.length);
      }
      const scan = scanFrames(copy, segment, bytes);
      let step = await scan.next();
      while (step.done !== true) step = await scan.next();
      refuseDamage(segment, step.value, part.next);
      await copy.sync();
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
}
