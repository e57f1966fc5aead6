import { resolve } from 'node:path';
import type { StanceConfig } from '../../config/index.ts';
import type { IngestSummary } from '../../model/index.ts';
import { nearestWord, OperationError } from '../../refusals/index.ts';
import { type Command, EXIT } from '../command.ts';
import { ingestText } from '../ingest-text.ts';
import { dataOptions } from '../options.ts';
import { withOperations } from '../place.ts';

export const ingest: Command = {
  name: 'ingest',
  begins: true,
  summary: 'Read logs of Zeek and Suricata, and OCSF events',
  about:
    'Files and folders, plain or gzip; one record a line, or JSON over several lines or in an array. The files of one ' +
    'run are merged by time. What was read before is counted as ' +
    'duplicate and changes nothing. A record that cannot be read is refused, with file, line and reason, and never ' +
    'stops the others. Of a file that begins like a log that was taken and then differs nothing is taken. When that is so of ' +
    'any file, when every record was refused, or nothing was in a form that is read, the exit code is 1.',
  positionals: [
    { name: 'PATH', about: 'A log file, a folder of logs, or - for standard input', isMany: true },
  ],
  options: {
    site: { kind: 'text', value: 'SITE', about: 'Where the logs were written; a site of the configuration' },
    sensor: { kind: 'text', value: 'NAME', about: 'The sensor that wrote them' },
    'as-new': {
      kind: 'flag',
      about:
        'Take files that begin like a log that was taken, and differ, as logs of their own; what both hold counts twice',
    },
    force: { kind: 'flag', about: 'Also into a directory that holds a simulated fleet' },
    ...dataOptions(),
  },
  examples: [
    'stance ingest /opt/zeek/logs/current',
    'stance ingest --data /var/lib/stance --json conn.log.gz dns.log.gz',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const paths = args.positionals.map((path) => (path === '-' ? path : resolve(path)));
    const request = {
      paths,
      site: args.text('site'),
      sensor: args.text('sensor'),
      force: args.flag('force'),
      asNew: args.flag('as-new'),
    };
    const summary = await withOperations(invocation, (operations, progress, config) => {
      refuseUnknownSite(request.site, config);
      return operations.ingest(request, progress);
    });
    terminal.answer(summary, () => ingestText(summary, terminal));
    return tookNothing(summary) || summary.files.some(({ isAnother }) => isAnother) ? EXIT.failed : EXIT.ok;
  },
};

/** Every record was refused, or what was given is in a form that is not read. */
function tookNothing({ read, refused, skipped, files }: IngestSummary): boolean {
  const isUnread = files.some(({ fault }) => fault !== undefined);
  const areUnknown = files.length > 0 && files.every(({ format }) => format === 'unknown');
  return refused + skipped === read && (isUnread || areUnknown || refused > 0);
}

/** A misspelt site would become a place of its own, with devices of its own. */
function refuseUnknownSite(site: string | null, { sites }: StanceConfig): void {
  const known = sites.map(({ id }) => id);
  if (site === null || known.some((id) => id === site)) return;
  const nearest = nearestWord(site, known);
  const hint = nearest === null ? `; known: ${known.join(', ')}.` : `; did you mean "${nearest}"?`;
  throw new OperationError(
    'unknown_site',
    `The configuration has no site "${site}"${hint} Sites are named in stance.yaml.`,
  );
}
