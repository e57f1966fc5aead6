import { resolve } from 'node:path';
import type {
  AdvisoriesListing,
  AdvisoriesRemoved,
  AdvisoriesResult,
  AdvisoryFileReport,
} from '../../intel/index.ts';
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

export const vulnerabilitiesList: Command = {
  name: 'vulnerabilities list',
  summary: 'How many advisories are known of each format, and the documents of makers’ words',
  options: dataOptions(),
  examples: ['stance vulnerabilities list --data /var/lib/stance'],
  async run(invocation) {
    const { terminal } = invocation;
    const result = await withOperations(invocation, (operations) => operations.vulnerabilities_list({}));
    terminal.answer(result, () => listText(result));
    return EXIT.ok;
  },
};

function listText({ formats, documents, documents_total: total }: AdvisoriesListing): string {
  const lines = [
    ...formats.map((each) => `${each.format}  ${counted(each.advisories, 'advisory', 'advisories')}`),
    ...documents.map(({ id, words }) => `${id}  ${counted(words, 'word')}`),
    ...(total > documents.length ? [`… and ${grouped(total - documents.length)} more documents`] : []),
  ];
  return lines.length === 0 ? 'Nothing was imported.' : lines.map(asText).join('\n');
}

export const vulnerabilitiesRemove: Command = {
  name: 'vulnerabilities remove',
  summary: 'Take advisories and makers’ words back: what they say stops counting',
  about:
    'An advisory goes by its id, a document of VEX by its own (with what it calls affected), a whole format by its name: osv, ' +
    'cve, csaf, nvd, openvex, cyclonedx, kev or epss. One that means nothing known and nothing is removed. What is imported ' +
    'again counts again.',
  positionals: [{ name: 'ID', about: 'An id, or a format, as vulnerabilities list shows it', isMany: true }],
  options: dataOptions(),
  examples: [
    'stance vulnerabilities remove https://acme.example/vex/1',
    'stance vulnerabilities remove --data /var/lib/stance GHSA-jfh8-c2jp-5v3q kev',
  ],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = { words: args.positionals, actor: actorOf(invocation) };
    const result = await withOperations(invocation, (operations) =>
      operations.vulnerabilities_remove(request),
    );
    terminal.answer(result, () => removedText(result));
    return EXIT.ok;
  },
};

function removedText({ advisories, documents, kev, epss }: AdvisoriesRemoved): string {
  const parts = [
    counted(advisories, 'advisory', 'advisories'),
    `${counted(documents, 'document')} of makers’ words`,
    ...(kev ? ['the catalogue of exploited vulnerabilities'] : []),
    ...(epss ? ['the forecast'] : []),
  ];
  return `Removed: ${parts.join(', ')}.`;
}

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
