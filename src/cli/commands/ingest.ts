import { resolve } from 'node:path';
import { nearestWord, OperationError, type StanceConfig } from '../../app/index.ts';
import { type Command, EXIT } from '../command.ts';
import { ingestText } from '../ingest-text.ts';
import { dataOptions } from '../options.ts';
import { withOperations } from '../place.ts';

export const ingest: Command = {
  name: 'ingest',
  begins: true,
  summary: 'Read logs of Zeek and Suricata, and OCSF events',
  about:
    'Files and folders, plain or gzip; the files of one run are merged by time. What was read before is counted as ' +
    'duplicate and changes nothing. A record that cannot be read is refused, with file, line and reason, and never ' +
    'stops the others; only when every record was refused is the exit code 1.',
  positionals: [
    { name: 'PATH', about: 'A log file, a folder of logs, or - for standard input', isMany: true },
  ],
  options: {
    site: { kind: 'text', value: 'SITE', about: 'Where the logs were written; a site of the configuration' },
    sensor: { kind: 'text', value: 'NAME', about: 'The sensor that wrote them' },
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
    };
    const summary = await withOperations(invocation, (operations, progress, config) => {
      refuseUnknownSite(request.site, config);
      return operations.ingest(request, progress);
    });
    terminal.answer(summary, () => ingestText(summary, terminal));
    return summary.refused > 0 && summary.refused === summary.read ? EXIT.failed : EXIT.ok;
  },
};

/** A misspelt site would become a place of its own, with devices of its own. */
function refuseUnknownSite(site: string | null, { sites }: StanceConfig): void {
  const known = sites.map(({ id }) => id);
  if (site === null || known.some((id) => id === site)) return;
  const nearest = nearestWord(site, known);
  const hint = nearest === null ? `; known: ${known.join(', ')}` : `; did you mean "${nearest}"?`;
  throw new OperationError(
    'unknown_site',
    `The configuration has no site "${site}"${hint} Sites are named in stance.yaml.`,
  );
}
