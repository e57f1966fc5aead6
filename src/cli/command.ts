import type { Environment } from '../config/index.ts';
import type { Arguments } from './arguments.ts';
import type { OptionCard } from './option.ts';
import type { Terminal } from './terminal.ts';

export interface PositionalCard {
  /** As the help shows it, e.g. `PATH`. */
  readonly name: string;
  readonly about: string;
  readonly isMany?: true;
}

/** A command as the help shows it, and what it does. */
export interface Command {
  /** One to three words, e.g. `inventory import`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What a person should know before the first use. */
  readonly about?: string;
  readonly positionals?: readonly PositionalCard[];
  readonly options: Readonly<Record<string, OptionCard>>;
  readonly examples: readonly string[];
  /** It makes a data directory that is missing; any other command has nothing to say of one, and refuses. */
  readonly begins?: true;
  run(invocation: Invocation): Promise<number>;
}

/** One run of a command. */
export interface Invocation {
  readonly command: Command;
  readonly args: Arguments;
  readonly terminal: Terminal;
  readonly environment: Environment;
}

/** Documented in docs/cli.md; scripts rely on them. */
export const EXIT = {
  /** Done. */
  ok: 0,
  /** Not done, or done and found wanting. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
  /** Ended by a second Ctrl-C: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;
