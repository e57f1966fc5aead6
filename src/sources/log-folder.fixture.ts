import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SiteId } from '../model/index.ts';
import { FLOW, tsv } from './zeek/zeek-log.fixture.ts';

/** The intake's clock of these tests. */
export const NOW = Date.UTC(2026, 5, 1);

export const SITE = 'hq' as SiteId;

/** Seconds since 1970 at which the flows of these tests are. */
const EPOCH = 1_767_225_600;

export interface Flow {
  readonly uid: string;
  /** Seconds. */
  readonly start: number;
  readonly duration?: number;
}

/** The lines of a Zeek connection log with these flows, in this order. */
export function connLog(flows: readonly Flow[]): string {
  return tsv('conn', ...flows.map(connRecord)).replace(/#close.*\n/, '');
}

/** One more line of it. */
export function connLine(flow: Flow): string {
  return `${Object.values(connRecord(flow)).join('\t')}\n`;
}

function connRecord({ uid, start, duration }: Flow): Readonly<Record<string, string>> {
  return {
    ...FLOW,
    ts: (EPOCH + start).toFixed(6),
    uid,
    proto: 'tcp',
    duration: duration === undefined ? '-' : duration.toFixed(6),
    conn_state: 'SF',
  };
}

/** A folder of its own for each test. */
export class LogFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<LogFolder> {
    return new LogFolder(await mkdtemp(join(tmpdir(), 'stance-logs-')));
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file, compressed where its name ends in `.gz`. */
  async write(name: string, content: string): Promise<string> {
    const path = this.at(name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, name.endsWith('.gz') ? gzipSync(content) : content);
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

const NOBODY = 65_534;

/** Runs as a user who may not read everything, also where root runs the tests. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
