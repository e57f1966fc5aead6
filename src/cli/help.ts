import type { Command } from './command.ts';
import { flagText, type OptionCard } from './option.ts';
import { COMMON } from './options.ts';
import { columns, wrapped } from './table.ts';

/** Fits a common terminal beside something else. */
const WIDTH = 100;
const EXIT_CODES = 'Exit codes: 0 done, 1 failed, 2 wrong command line or configuration.';

/** The commands by what a person wants to do, in the order in which they are met. */
const CHAPTERS: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['Run', ['start', 'serve', 'mcp', 'demo']],
  ['Fill', ['ingest', 'simulate', 'inventory', 'intel', 'vulnerabilities', 'policy']],
  ['Judge', ['anomalies', 'suppressions', 'maintenance', 'baseline', 'profile']],
  ['Account for', ['findings', 'compliance', 'privacy']],
  [
    'Look after',
    ['entities', 'sensors', 'enrol', 'trust', 'token', 'backup', 'restore', 'set-aside', 'status', 'doctor'],
  ],
  ['Several sites', ['fleet', 'site', 'aggregator', 'keyholder']],
];

/** `stance --help`. */
export function overviewHelp(commands: readonly Command[]): string {
  const nameWidth = Math.max(...commands.map(({ name }) => name.length));
  const chapters = CHAPTERS.flatMap(([title, names]) => {
    const members = commands.filter(({ name }) => names.includes(name.split(' ')[0] ?? ''));
    return [
      `${title}:`,
      ...members.map(({ name, summary }) => `  ${name.padEnd(nameWidth)}  ${summary}`),
      '',
    ];
  });
  return lines(
    "Stance keeps the security posture of a fleet and answers an assistant's questions about it.",
    '',
    'Usage: stance COMMAND [OPTION]…',
    '',
    ...chapters,
    'Options:',
    ...definitions([
      ['--version', 'Show the version'],
      ['--help', 'Show this help'],
    ]),
    '',
    'stance COMMAND --help explains one command. A first look: stance start',
  );
}

/** `stance inventory --help`: the commands of one group. */
export function groupHelp(commands: readonly Command[], group: string): string {
  const members = commands.filter(({ name }) => name.startsWith(`${group} `));
  return lines(
    `Usage: stance ${group} COMMAND [OPTION]…`,
    '',
    ...definitions(members.map(({ name, summary }) => [name, summary])),
    '',
    `stance ${group} COMMAND --help explains one command.`,
  );
}

/** `stance ingest --help`. */
export function commandHelp(command: Command): string {
  const { summary, about, positionals = [], examples } = command;
  const options = Object.entries({ ...command.options, ...COMMON });
  return lines(
    `${summary}.`,
    ...(about === undefined ? [] : ['', ...wrapped(about, WIDTH)]),
    '',
    usage(command),
    ...(positionals.length === 0
      ? []
      : ['', ...definitions(positionals.map((each) => [each.name, each.about]))]),
    '',
    'Options:',
    ...definitions(options.map(([option, card]) => [flagText(option, card), explained(card)])),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
    EXIT_CODES,
  );
}

function usage({ name, options, positionals = [] }: Command): string {
  const required = Object.entries(options)
    .filter(([, { isRequired }]) => isRequired === true)
    .map(([option, card]) => flagText(option, card));
  const words = positionals.map((each) => `${each.name}${each.isMany === true ? '…' : ''}`);
  return ['Usage: stance', name, '[OPTION]…', ...required, ...words].join(' ');
}

function explained({ about, fallback, choices }: OptionCard): string {
  const choice = choices === undefined ? '' : `: ${choices.join(', ')}`;
  return `${about}${choice}${fallback === undefined ? '' : ` [${fallback}]`}`;
}

/** Terms and what they mean, the meanings in lines below each other. */
function definitions(pairs: readonly (readonly [term: string, meaning: string])[]): string[] {
  const termWidth = Math.max(...pairs.map(([term]) => term.length));
  const rows = pairs.flatMap(([term, meaning]) =>
    wrapped(meaning, WIDTH - termWidth).map((line, index) => [index === 0 ? `  ${term}` : '', line]),
  );
  return columns(rows);
}

function lines(...text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}
