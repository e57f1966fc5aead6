import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

/** Which frozen set of the MCP conformance suite: one per revision of the specification. */
export type Revision = '2025-11-25' | '2026-07-28';

const SUITE = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/conformance/', import.meta.url),
);
const RESULT = /^[✓✗] (?<scenario>\S+): (?<passed>\d+) passed, (?<failed>\d+) failed$/gm;

export interface SuiteResult {
  readonly required: number;
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** Runs the required scenarios of a revision against the entry point; `plain` is the product without fixtures. */
export async function runSuite(revision: Revision, plain = false): Promise<SuiteResult> {
  const entry = fileURLToPath(new URL('entry.ts', import.meta.url));
  const server = spawn(process.execPath, plain ? [entry, '--plain'] : [entry], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const out = mkdtempSync(join(tmpdir(), 'stance-conformance-'));
  try {
    const url = await firstLine(server);
    const suite = join(SUITE, 'dist/index.js');
    const report = await output([suite, 'server', '--url', url, '--requirements', revision, '-o', out]);
    return judge(report, requiredScenarios(revision));
  } finally {
    server.kill();
    rmSync(out, { recursive: true });
  }
}

function requiredScenarios(revision: Revision): readonly string[] {
  const file = readFileSync(join(SUITE, `requirements/${revision}.yaml`), 'utf8');
  return z.object({ server: z.array(z.string()) }).parse(parse(file)).server;
}

function judge(report: string, required: readonly string[]): SuiteResult {
  const failures = new Map<string, number>();
  for (const { groups } of report.matchAll(RESULT)) {
    failures.set(groups?.['scenario'] ?? '', Number(groups?.['failed']));
  }
  return {
    required: required.length,
    passed: required.filter((scenario) => failures.get(scenario) === 0),
    failed: required.filter((scenario) => failures.get(scenario) !== 0),
  };
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the entry point has no standard output');
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('the entry point ended without an address');
}

async function output(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(child, 'close');
  return text;
}
