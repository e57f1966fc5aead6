import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A function by its self time. */
export interface Top {
  /** Per cent of all samples but the idle ones. */
  readonly percent: number;
  readonly ms: number;
  readonly name: string;
  /** File and line; empty for what the engine itself does (garbage collection, native code). */
  readonly place: string;
}

/** The form of Chrome's DevTools, as `node --cpu-prof` writes it. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

const IDLE = '(idle)';
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The profiles below a folder (one for each thread), by file, each with its functions that cost most. */
export function topsOf(dir: string, count: number): Readonly<Record<string, readonly Top[]>> {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  const profiles = files.filter((name) => name.endsWith('.cpuprofile')).sort();
  return Object.fromEntries(profiles.map((name) => [name, topOf(join(dir, name), count)]));
}

function topOf(path: string, count: number): readonly Top[] {
  const profile = JSON.parse(readFileSync(path, 'utf8')) as CpuProfile;
  const functions = new Map(profile.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const micros = new Map<string, number>();
  for (const [index, sample] of profile.samples.entries()) {
    const called = functions.get(sample) ?? IDLE;
    micros.set(called, (micros.get(called) ?? 0) + (profile.timeDeltas[index] ?? 0));
  }
  micros.delete(`${IDLE}\n`);
  const all = [...micros.values()].reduce((sum, each) => sum + each, 0);
  return [...micros]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([called, took]) => {
      const [name = '', place = ''] = called.split('\n');
      return { percent: Number(((took / all) * 100).toFixed(1)), ms: Math.round(took / 1_000), name, place };
    });
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const path = url.startsWith('file:') ? relative(ROOT, fileURLToPath(url)) : url;
  return `${name}\n${path === '' ? '' : `${path}:${lineNumber + 1}`}`;
}
