import { resolve } from 'node:path';
import { STATISTIC_GROUPS, STATISTIC_METRICS } from '../../model/index.ts';
import { type Command, EXIT } from '../command.ts';
import { fleetStatusText, importedText, statisticsText } from '../fleet-statistics-text.ts';
import { dataOptions } from '../options.ts';
import { actorOf, withOperations } from '../place.ts';
import { ask } from '../question.ts';

export const fleetStatistics: Command = {
  name: 'fleet statistics',
  summary: 'Scores and behaviour of groups, at this site and at all sites together',
  about:
    'The answer of get_fleet_statistics. This site is added up here; all sites as the key holder let them out last, by cohort alone, and nothing of groups under the minimum.',
  options: {
    group: { kind: 'text', value: 'WORD', choices: STATISTIC_GROUPS, about: 'By what [all together]' },
    metric: {
      kind: 'text',
      value: 'WORD',
      choices: STATISTIC_METRICS,
      fallback: 'score',
      about: 'What is told of each group',
    },
    'as-of': { kind: 'text', value: 'INSTANT', about: 'As it was then, e.g. 2026-05-21T09:00:00Z' },
    ...dataOptions(),
  },
  examples: ['stance fleet statistics --group cohort', 'stance fleet statistics --metric bytes --json'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const group = args.text('group');
    const asOf = args.text('as-of');
    const input = {
      metric: args.must('metric'),
      ...(group === null ? {} : { group }),
      ...(asOf === null ? {} : { as_of: asOf }),
    };
    const answer = await withOperations(invocation, (operations) =>
      ask(operations, 'get_fleet_statistics', input),
    );
    terminal.answer(answer, () => statisticsText(answer, terminal));
    return EXIT.ok;
  },
};

export const fleetStatus: Command = {
  name: 'fleet status',
  summary: 'What this site sent to the aggregator, when and to whom, and what came back',
  about:
    'Each report with its size and its SHA-256. Nothing is sent unless fleet is configured; see docs/fleet-statistics.md.',
  options: dataOptions(),
  examples: ['stance fleet status --data /var/lib/stance --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const status = await withOperations(invocation, (operations) => operations.fleet_status({}));
    terminal.answer(status, () => fleetStatusText(status, terminal));
    return status.problem === null ? EXIT.ok : EXIT.failed;
  },
};

export const fleetReleaseImport: Command = {
  name: 'fleet release import',
  summary: 'Take over what the key holder let out of all sites',
  about:
    "Only what the configured fleet's key holder signed; a round older than the one that is known is refused.",
  positionals: [{ name: 'FILE', about: 'As stance keyholder release wrote it' }],
  options: dataOptions(),
  examples: ['stance fleet release import release.json'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = { path: resolve(args.positionals[0] ?? ''), actor: actorOf(invocation) };
    const imported = await withOperations(invocation, (operations) =>
      operations.fleet_release_import(request),
    );
    terminal.answer(imported, () => importedText(imported));
    return EXIT.ok;
  },
};
