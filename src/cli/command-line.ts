import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearestWord } from '../refusals/index.ts';
import { Arguments, type Value } from './arguments.ts';
import type { Command } from './command.ts';
import { flagText, type OptionCard } from './option.ts';
import { COMMON } from './options.ts';

/** The command line is wrong: shown with the way to the help, and nothing was done. */
export class UsageError extends Error {
  readonly command: string | null;

  constructor(message: string, command: string | null = null) {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}

/** The commands, or the group, that the first words name. */
export type Named =
  | { readonly kind: 'command'; readonly command: Command; readonly rest: readonly string[] }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'none' };

/** Words that name a command. */
const MOST_WORDS = 3;

/** The longest that the words name. @throws UsageError for words that name nothing */
export function findCommand(commands: readonly Command[], args: readonly string[]): Named {
  const end = args.findIndex((word) => word.startsWith('-'));
  const words = args.slice(0, Math.min(MOST_WORDS, end === -1 ? args.length : end));
  const [first] = words;
  if (first === undefined) return { kind: 'none' };
  for (let length = words.length; length > 0; length--) {
    const said = words.slice(0, length).join(' ');
    const command = commands.find(({ name }) => name === said);
    if (command !== undefined) return { kind: 'command', command, rest: args.slice(length) };
    const group = commands.filter(({ name }) => name.startsWith(`${said} `));
    if (group.length === 0) continue;
    const next = words[length];
    if (next === undefined) return { kind: 'group', group: said };
    const nexts = group.map(({ name }) => name.slice(said.length + 1).split(' ')[0] ?? '');
    throw new UsageError(`"${said}" has no command "${next}"${didYouMean(next, nexts)}`, said);
  }
  const names = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))];
  throw new UsageError(`There is no command "${first}"${didYouMean(first, names)}`);
}

/** @throws UsageError naming the word that is wrong */
export function parseCommandLine(command: Command, rest: readonly string[]): Arguments {
  const options = { ...command.options, ...COMMON };
  const { tokens, positionals } = parseArgs({
    args: [...rest],
    options: Object.fromEntries(Object.entries(options).map(([name, card]) => [name, nodeOption(card)])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, Value>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const card = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (card === undefined) throw unknownOption(command, token.rawName, Object.keys(options));
    const value = valueOf(command, token.rawName, card, token.value);
    const before = values.get(token.name);
    const isFurther = card.kind === 'list' && typeof before === 'object';
    values.set(token.name, card.kind === 'list' ? [...(isFurther ? before : []), String(value)] : value);
  }
  if (values.get('help') !== true) checkComplete(command, values, positionals);
  return new Arguments(options, values, positionals);
}

function nodeOption({ kind }: OptionCard): NonNullable<ParseArgsConfig['options']>[string] {
  return kind === 'flag' ? { type: 'boolean' } : { type: 'string', multiple: kind === 'list' };
}

function valueOf(
  command: Command,
  flag: string,
  card: OptionCard,
  value: string | undefined,
): string | boolean {
  if (card.kind === 'flag') {
    if (value !== undefined) throw new UsageError(`${flag} takes no value, not "${value}".`, command.name);
    return true;
  }
  if (value === undefined || value === '' || (value.startsWith('--') && value.length > 2)) {
    throw new UsageError(`${flag} needs a value: ${flag} ${card.value ?? 'VALUE'}.`, command.name);
  }
  if (card.choices !== undefined && !card.choices.includes(value)) {
    const hint = didYouMean(value, card.choices);
    throw new UsageError(
      `${flag} must be one of ${card.choices.join(', ')}, not "${value}"${hint}`,
      command.name,
    );
  }
  if (card.kind === 'integer' || card.kind === 'number') checkNumber(command, flag, card, value);
  return value;
}

function checkNumber(command: Command, flag: string, card: OptionCard, value: string): void {
  const { kind, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY } = card;
  const pattern = kind === 'integer' ? /^-?\d{1,15}$/ : /^-?\d{1,15}(\.\d{1,9})?$/;
  const number = Number(value);
  if (pattern.test(value) && number >= least && number <= most) return;
  const what = kind === 'integer' ? 'a whole number' : 'a number';
  const from = Number.isFinite(least) ? ` from ${least}` : '';
  const to = Number.isFinite(most) ? ` to ${most}` : '';
  throw new UsageError(`${flag} must be ${what}${from}${to}, not "${value}".`, command.name);
}

function checkComplete(
  command: Command,
  values: ReadonlyMap<string, unknown>,
  words: readonly string[],
): void {
  for (const [name, card] of Object.entries(command.options)) {
    if (card.isRequired === true && !values.has(name)) {
      throw new UsageError(`${flagText(name, card)} is missing.`, command.name);
    }
  }
  const cards = command.positionals ?? [];
  const missing = cards[words.length];
  if (missing !== undefined)
    throw new UsageError(`${missing.name} is missing: ${missing.about}.`, command.name);
  const surplus = words[cards.length];
  if (surplus !== undefined && cards.at(-1)?.isMany !== true) {
    throw new UsageError(`"${surplus}" is one word too many.`, command.name);
  }
}

function unknownOption(command: Command, given: string, names: readonly string[]): UsageError {
  const nearest = nearestWord(given.replace(/^-+/, ''), names);
  const hint = nearest === null ? '.' : `; did you mean --${nearest}?`;
  return new UsageError(`"${command.name}" has no option ${given}${hint}`, command.name);
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const nearest = nearestWord(word, candidates);
  return nearest === null ? '.' : `; did you mean "${nearest}"?`;
}
