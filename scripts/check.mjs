// `npm test`: the static checks and the tests, side by side. Arguments go to vitest: npm test -- src/journal
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const steps = ['format:check', 'typecheck', 'lint', 'layers', 'deadcode'];
// Tests wait for disks and timers often enough to leave the checks their time.
const checks = Promise.all(steps.map(runStep));
const tests = start(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)],
  'inherit',
);
const testsCode = await ended(tests);
const broken = (await checks).filter((check) => check.failed);
for (const { step, output } of broken) process.stdout.write(`\nFAILED  ${step}\n${output}`);
process.exitCode = broken.length > 0 ? 1 : testsCode;

async function runStep(step) {
  const startedMs = performance.now();
  const child = start('npm', ['run', '--silent', step], ['ignore', 'pipe', 'pipe']);
  let output = '';
  const collect = (text) => {
    output += text;
  };
  child.stdout.setEncoding('utf8').on('data', collect);
  child.stderr.setEncoding('utf8').on('data', collect);
  const failed = (await ended(child)) !== 0;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`${failed ? 'FAILED' : 'ok    '}  ${step} (${seconds} s)\n`);
  return { step, failed, output };
}

function start(command, args, stdio) {
  return spawn(command, args, { stdio });
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
