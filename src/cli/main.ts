import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const USAGE = 'usage: stance --version [--json]\n';

function productVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error('package.json names no version');
}

function main(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { version: { type: 'boolean' }, json: { type: 'boolean' } },
    strict: false,
  });
  if (values['version'] !== true) {
    process.stderr.write(USAGE);
    return 2;
  }
  const version = productVersion();
  const answer = values['json'] === true ? JSON.stringify({ version, node: process.version }) : version;
  process.stdout.write(`${answer}\n`);
  return 0;
}

process.exitCode = main(process.argv.slice(2));
