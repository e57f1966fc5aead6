import { resolve } from 'node:path';
import type { AdvisoriesResult, AdvisoryFileReport } from '../../intel/index.ts';
import { OperationError } from '../../refusals/index.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { asText } from '../screen-text.ts';
import { counted, grouped } from '../table.ts';

export const vulnerabilitiesImport: Command = {
  name: 'vulnerabilities import',
  begins: true,
  summary: 'Read advisories, and hold what is installed against them',
  about:
    'OSV, CVE 5, CSAF 2.0, OpenVEX, CycloneDX VEX and NVD 2.0 as JSON (also one document a line), the CISA catalogue of ' +
    'exploited vulnerabilities, EPSS as CSV, and pages of endoflife.date; also gzip, also folders. What a file is, its ' +
    'content tells. Newer words take the place of older ones of the same id; the same file again changes nothing.',
  positionals: [{ name: 'PATH', about: 'A file of advisories, or a folder of them', isMany: true }],
  options: dataOptions(),
  examples: [
    'stance vulnerabilities import osv/Go known_exploited_vulnerabilities.json',
    'stance vulnerabilities import --data /var/lib/stance --json epss_scores-current.csv.gz',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    if (args.positionals.some((path) => /^https?:\/\//i.test(path)))
      throw new OperationError(
        'invalid_arguments',
        'This command reads files and folders; what stands behind a URL stance intel import fetches. Nothing was imported.',
      );
    const request = { paths: args.positionals.map((path) => resolve(path)), actor: actorOf(invocation) };
    const result = await withOperations(invocation, (operations, progress) =>
      operations.vulnerabilities_import(request, progress),
    );
    terminal.answer(result, () => resultText(result));
    const named = new Set(request.paths);
    const isRefused = ({ path, message }: AdvisoryFileReport) => message !== null && named.has(path);
    const isAllRefused = result.files.every(({ message }) => message !== null);
    return isAllRefused || result.files.some(isRefused) ? EXIT.failed : EXIT.ok;
  },
};

function resultText({ files, advisories }: AdvisoriesResult): string {
  const taken = files.filter(({ message }) => message === null).length;
  return [
    ...files.map((each) => asText(fileText(each))),
    `${grouped(taken)} of ${counted(files.length, 'file')} taken; ${counted(advisories, 'advisory', 'advisories')} in force.`,
  ].join('\n');
}

function fileText({ path, format, message, ...counts }: AdvisoryFileReport): string {
  if (message !== null) return `- ${path}: ${message}`;
  const { records, advisories, statements, news, refused, refusals, uncompared } = counts;
  const open = Object.entries(uncompared).map(([reason, count]) => `${grouped(count)} (${reason})`);
  const words = [
    counted(records, 'record'),
    ...(advisories > 0 ? [counted(advisories, 'advisory', 'advisories')] : []),
    ...(statements > 0 ? [`${counted(statements, 'word')} of makers`] : []),
    news === 0 ? 'nothing new' : `${grouped(news)} new`,
    ...(refused > 0 ? [`${grouped(refused)} refused (${refusals.join('; ')})`] : []),
    ...(open.length > 0 ? [`not compared: ${open.join(', ')}`] : []),
  ];
  return `+ ${path}: ${format}, ${words.join(', ')}`;
}
