import { setTimeout as pause } from 'node:timers/promises';
import { iso, SEVERITIES, type Severity } from '../../model/index.ts';
import type { FindingsPage, Operations } from '../../operations/index.ts';
import { UsageError } from '../command-line.ts';
import { type Command, EXIT, type Invocation } from '../command.ts';
import { paintedRisk } from '../fleet-text.ts';
import { dataOptions } from '../options.ts';
import { withOperations } from '../place.ts';
import { stopSignal } from '../stop.ts';
import type { Terminal } from '../terminal.ts';

type Finding = FindingsPage['findings'][number];

/** Changes asked for at a time. */
const PAGE = 200;
/** How often is asked for more. */
const EVERY_MS = 500;

export const findings: Command = {
  name: 'findings',
  summary: 'Print changes of anomalies, incidents and risk levels as OCSF findings',
  about:
    'The oldest first, of what history keeps. With --follow it goes on as they come, until Ctrl-C. A webhook or syslog ' +
    'gets the same findings: see docs/outputs.md.',
  options: {
    follow: { kind: 'flag', about: 'Go on as they come' },
    since: {
      kind: 'text',
      value: 'WHEN',
      about: 'From an instant on (2026-05-21T09:00:00Z), or after a sequence (1234.5)',
    },
    'min-level': {
      kind: 'text',
      value: 'LEVEL',
      fallback: 'low',
      choices: SEVERITIES,
      about: 'Only this severity or worse',
    },
    ndjson: { kind: 'flag', about: 'Print each OCSF event as a line of JSON' },
    ...dataOptions(),
  },
  examples: [
    'stance findings --since 2026-05-21T09:00:00Z --min-level high',
    'stance findings --follow --ndjson --data /var/lib/stance',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    if (args.flag('follow') && terminal.isJson)
      throw new UsageError('--json prints one object, and --follow has no end: use --ndjson.', 'findings');
    const stop = stopSignal();
    try {
      await withOperations(invocation, (operations) => print(invocation, operations, stop.asked), {
        unconfigured: true,
      });
      return EXIT.ok;
    } finally {
      stop.end();
    }
  },
};

async function print(
  { args, terminal }: Invocation,
  operations: Operations,
  asked: Promise<null>,
): Promise<void> {
  const minLevel = args.must('min-level') as Severity;
  const isNdjson = args.flag('ndjson');
  const isOneObject = terminal.isJson && !isNdjson;
  const all: Finding[] = [];
  let since = args.text('since');
  // An instant holds for every page; a sequence is where the next one begins.
  const notBefore = since?.includes('T') === true ? since : null;
  let last: string | null = null;
  const stopped = new AbortController();
  void asked.then(() => stopped.abort());
  try {
    while (!stopped.signal.aborted && !terminal.isUnread) {
      const page = await operations.findings({ since, notBefore, minLevel, limit: PAGE });
      last = page.next;
      since = last;
      if (isOneObject) all.push(...page.findings);
      else
        for (const each of page.findings)
          if (isNdjson) terminal.jsonLine(each.event);
          else terminal.line(text(each, terminal));
      if (page.more) continue;
      if (!args.flag('follow')) break;
      await Promise.race([pause(EVERY_MS), asked]);
    }
    if (isOneObject) terminal.answer({ findings: all.map(({ event }) => event), next: last }, () => '');
  } finally {
    // Also where the owner went away: what was printed needs not be asked for again.
    if (!isOneObject && last !== null) terminal.tell(`Go on with --since ${last}`);
  }
}

function text({ uid, level, at, entity, message, event }: Finding, terminal: Terminal): string {
  const who = message.includes(entity) ? message : `${entity}: ${message}`;
  const activity = String(event['activity_name']);
  return `${iso(at)}  ${paintedRisk(level, terminal)}  ${activity}  ${who}  ${terminal.paint('dim', uid)}`;
}
