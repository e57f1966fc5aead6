#!/usr/bin/env node
// Starts Stance under Node 24 or later, whatever Node this file was started with.
// Nothing here writes to stdout: `stance mcp` speaks a protocol over it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST_NODE_MAJOR = 24;

if (Number.parseInt(process.versions.node, 10) >= LEAST_NODE_MAJOR) {
  await runHere();
} else {
  runUnderBundledNode();
}

async function runHere() {
  muteExpectedWarnings();
  rememberCompiled();
  // Node strips types only outside node_modules, so an installed package runs its built files.
  const installed = /[\\/]node_modules[\\/]/.test(fileURLToPath(import.meta.url));
  const main = new URL(installed ? '../dist/cli/main.js' : '../src/cli/main.ts', import.meta.url);
  if (!existsSync(main)) {
    fail(`this copy is incomplete, ${fileURLToPath(main)} is missing.`);
    return;
  }
  await import(main.href);
}

/**
 * What was stripped of its types and compiled is kept beside the packages, for this process and those that it starts: a command
 * begins in half the time. Where the tree is another user's, or others may write it, each compiles anew.
 */
function rememberCompiled() {
  if (process.env.NODE_COMPILE_CACHE !== undefined) return;
  const place = fileURLToPath(new URL('../node_modules/.cache/stance', import.meta.url));
  try {
    // Under the owner's own account alone: nobody leaves files in another's tree.
    if (statSync(fileURLToPath(new URL('..', import.meta.url))).uid !== process.getuid?.()) return;
    mkdirSync(place, { recursive: true, mode: 0o700 });
    if (!isOwn(dirname(place)) || !isOwn(place)) return;
  } catch {
    return;
  }
  if (module.enableCompileCache(place).directory !== undefined) process.env.NODE_COMPILE_CACHE = place;
}

/** What is compiled is run as it lies there: nobody else may write it. */
function isOwn(path) {
  const { uid, mode } = statSync(path);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}

/** Early releases of Node 24 call two features we rely on experimental; nobody who runs Stance can act on that. */
function muteExpectedWarnings() {
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === 'object' ? rest[0]?.type : rest[0];
    const expected = type === 'ExperimentalWarning' && /^(SQLite|Type Stripping) /.test(String(warning));
    if (!expected) emitWarning.call(process, warning, ...rest);
  };
}

function runUnderBundledNode() {
  const bundled = `node-${process.platform}-${process.arch}/bin/node`;
  let node;
  try {
    node = createRequire(import.meta.url).resolve(bundled);
  } catch {
    fail(
      `Node ${LEAST_NODE_MAJOR} or later is needed. This is Node ${process.versions.node}, and the optional package file ` +
        `${bundled} was not found from ${fileURLToPath(import.meta.url)}. ` +
        `Install Node ${LEAST_NODE_MAJOR}, or install Stance again with optional packages.`,
    );
    return;
  }

  const launcher = fileURLToPath(import.meta.url);
  const child = spawn(node, [...process.execArgv, launcher, ...process.argv.slice(2)], { stdio: 'inherit' });
  const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const forward = (signal) => child.kill(signal);
  for (const signal of forwarded) process.on(signal, forward);
  child.on('error', (error) => fail(`${node} could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    for (const name of forwarded) process.off(name, forward);
    process.exitCode = code ?? 128 + constants.signals[signal];
    if (signal) process.kill(process.pid, signal);
  });
}

function fail(message) {
  process.stderr.write(`stance: ${message}\n`);
  process.exitCode = 1;
}
