import { readEnvironment } from '../config/index.ts';
import { VERSION } from '../effects/index.ts';
import { findCommand, parseCommandLine } from './command-line.ts';
import { EXIT, type Invocation } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { failureOf } from './failures.ts';
import { inFlags } from './flags.ts';
import { commandHelp, groupHelp, overviewHelp } from './help.ts';
import { asText } from './screen-text.ts';
import { type Screen, Terminal } from './terminal.ts';

/** What a run can touch. */
export interface World {
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** Instead of the process's own environment. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** One command line, from its words to its exit code. */
export async function run(args: readonly string[], { stdout, stderr, variables }: World): Promise<number> {
  const isJson = args.includes('--json');
  const screens = { stdout, stderr, isJson };
  let terminal = new Terminal({ ...screens, noColour: true });
  try {
    const environment = readEnvironment(variables);
    terminal = new Terminal({ ...screens, noColour: environment.noColour });
    const named = findCommand(COMMANDS, args);
    if (named.kind === 'none') return general(args, terminal);
    if (named.kind === 'group') return help(terminal, groupHelp(COMMANDS, named.group), args);
    const { command, rest } = named;
    const parsed = parseCommandLine(command, rest);
    if (parsed.flag('help')) return help(terminal, commandHelp(command), ['--help']);
    return await carriedOut({ command, args: parsed, terminal, environment }, args);
  } catch (error) {
    const { code, message, exit } = failureOf(error);
    terminal.fail(code, inOneLine(args, message));
    return exit;
  }
}

/** What was typed may be a name that somebody else gave a file: a break of lines in it writes no line of its own. */
function inOneLine(args: readonly string[], message: string): string {
  const odd = args.flatMap((arg) => arg.split('/')).filter((part) => asText(part) !== part);
  return odd.reduce((text, part) => text.replaceAll(part, asText(part)), message);
}

/** What is refused names the flags of the command. */
async function carriedOut(invocation: Invocation, words: readonly string[]): Promise<number> {
  try {
    return await invocation.command.run(invocation);
  } catch (error) {
    const { code, message, exit } = failureOf(error);
    invocation.terminal.fail(code, inOneLine(words, inFlags(invocation.command, code, message)));
    return exit;
  }
}

/** `stance --version`, `stance --help`, and `stance` alone. */
function general(args: readonly string[], terminal: Terminal): number {
  if (args.includes('--version')) {
    terminal.answer({ version: VERSION, node: process.version }, () => VERSION);
    return EXIT.ok;
  }
  return help(terminal, overviewHelp(COMMANDS), args);
}

/** Asked for, the help is the answer; where a command is missing, it is a correction. */
function help(terminal: Terminal, text: string, args: readonly string[]): number {
  if (args.includes('--help')) {
    terminal.answer({ help: text }, () => text);
    return EXIT.ok;
  }
  if (terminal.isJson) terminal.fail('usage', 'A command is missing. See stance --help');
  else terminal.stderr.write(text);
  return EXIT.usage;
}
