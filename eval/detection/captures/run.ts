// npm run -s eval:captures -- --out DIR CAPTURE…
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { logsOf } from './logs.ts';
import { packetsOfTable } from './packet-table.ts';
import { CaptureError, packetsOf } from './tshark.ts';

const HELP = `Captures of packets as Zeek's logs in JSON, for the evaluation of detection (docs/evaluation.md, "Public captures").

  npm run -s eval:captures -- --out DIR CAPTURE…

  --out DIR   each capture has a folder in it, of its name without the ending: conn.log, dns.log, http.log, ssl.log

tshark reads the captures; it comes with Wireshark. A table of packets (.csv) is read without it.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, help: { type: 'boolean', default: false } },
});

if (values.help) console.log(HELP);
else process.exitCode = await run(values.out, positionals);

async function run(out: string | undefined, captures: readonly string[]): Promise<number> {
  if (out === undefined) return refuse('--out: not given; name the folder that the logs go to');
  if (captures.length === 0) return refuse('no capture given; name at least one file (pcap, pcapng)');
  const missing = captures.find((each) => !existsSync(each));
  if (missing !== undefined) return refuse(`${missing}: no such file`);
  const names = captures.map(nameOf);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    return refuse(`two captures would be "${twice}" in ${out}; rename one, or give them in two runs`);
  for (const capture of captures) {
    try {
      await convert(capture, join(out, nameOf(capture)));
    } catch (cause) {
      if (!(cause instanceof CaptureError)) throw cause;
      return refuse(cause.message);
    }
  }
  return 0;
}

async function convert(capture: string, folder: string): Promise<void> {
  const isTable = extname(capture) === '.csv';
  const logs = await logsOf(isTable ? packetsOfTable(capture) : packetsOf(capture, note));
  await mkdir(folder, { recursive: true });
  const counts: string[] = [];
  for (const [name, text] of Object.entries(logs)) {
    const path = join(folder, name);
    // What an earlier run wrote must not stay beside it.
    if (text === '') await rm(path, { force: true });
    else await writeFile(path, text);
    counts.push(`${name} ${text.split('\n').length - 1}`);
  }
  console.log(`${folder}: ${counts.join(', ')}`);
}

function nameOf(capture: string): string {
  return basename(capture, extname(capture));
}

function refuse(why: string): number {
  process.stderr.write(`${why}\n`);
  return 2;
}

function note(what: string): void {
  process.stderr.write(`${what}\n`);
}
