import type { Command, OptionCard } from './command.ts';
import { COMMON } from './options.ts';
import { columns } from './table.ts';

const EXIT_CODES = 'Exit codes: 0 done, 1 failed, 2 wrong command line or configuration.';

/** The commands by what a person wants to do, in the order in which they are met. */
const CHAPTERS: readonly (readonly [title: string, names: readonly string[]])[] = [
  ['Run', ['start', 'serve', 'mcp']],
  ['Fill', ['ingest', 'simulate', 'inventory', 'feed', 'policy']],
  ['Look after', ['entities', 'enrol', 'token', 'doctor']],
];

/** `stance --help`, and `stance inventory --help` for a group. */
export function overviewHelp(commands: readonly Command[], group: string | null = null): string {
  if (group !== null) {
    const members = commands.filter(({ name }) => name.startsWith(`${group} `));
    return lines(
      `Usage: stance ${group} COMMAND [OPTION]…`,
      '',
      ...listed(members),
      '',
      `stance ${group} COMMAND --help explains one command.`,
    );
  }
  const chapters = CHAPTERS.flatMap(([title, names]) => {
    const members = commands.filter(({ name }) => names.includes(name.split(' ')[0] ?? ''));
    return [`${title}:`, ...listed(members), ''];
  });
  return lines(
    "Stance keeps the security posture of a fleet and answers an assistant's questions about it.",
    '',
    'Usage: stance COMMAND [OPTION]…',
    '',
    ...chapters,
    'Options:',
    ...columns([
      ['  --version', 'Show the version'],
      ['  --help', 'Show this help'],
    ]),
    '',
    'stance COMMAND --help explains one command. A first look: stance start',
  );
}

export function commandHelp(command: Command): string {
  const { name, summary, about, positionals = [], examples } = command;
  const options = Object.entries({ ...command.options, ...COMMON });
  const words = positionals.map((each) => ` ${each.name}${each.isMany === true ? '…' : ''}`).join('');
  const required = options
    .filter(([, { isRequired }]) => isRequired === true)
    .map(([option, card]) => ` ${flagText(option, card)}`)
    .join('');
  return lines(
    `${summary}.`,
    ...(about === undefined ? [] : ['', ...about.split('\n')]),
    '',
    `Usage: stance ${name} [OPTION]…${required}${words}`,
    ...(positionals.length === 0
      ? []
      : ['', ...columns(positionals.map((each) => [`  ${each.name}`, each.about]))]),
    '',
    'Options:',
    ...columns(
      options.map(([option, card]) => [
        `  ${flagText(option, card)}`,
        explained(card),
      ]),
    ),
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    '',
    EXIT_CODES,
  );
}

function flagText(option: string, { value }: OptionCard): string {
  return value === undefined ? `--${option}` : `--${option} ${value}`;
}

function explained({ about, fallback, choices }: OptionCard): string {
  const choice = choices === undefined ? '' : `: ${choices.join(', ')}`;
  return `${about}${choice}${fallback === undefined ? '' : ` [${fallback}]`}`;
}

function listed(commands: readonly Command[]): string[] {
  return columns(commands.map(({ name, summary }) => [`  ${name}`, summary]));
}

function lines(...text: readonly string[]): string {
  return `${text.join('\n')}\n`;
}
