import type { Command } from './command.ts';

/** Refusals that name what was wrong by the keys of an operation, as HTTP has them. */
const NAMES_FIELDS: ReadonlySet<string> = new Set(['invalid_arguments', 'invalid_input']);
/** A field as a refusal names it; what came stands in quotes, too, behind "was". */
const FIELD = /(?<!\bwas )"([a-z][a-z0-9_]*)"/g;

/** A refusal in the words of whoever typed the command: `--look-back-days` for `"look_back_days"`. */
export function inFlags({ options, positionals = [] }: Command, code: string, message: string): string {
  if (!NAMES_FIELDS.has(code)) return message;
  return message.replaceAll(FIELD, (quoted, field: string) => {
    const flag = field.replaceAll('_', '-');
    const names = [flag, flag.replace(/-id$/, '')];
    const option = names.find((name) => Object.hasOwn(options, name));
    if (option !== undefined) return `--${option}`;
    return positionals.find(({ name }) => name === field.toUpperCase())?.name ?? quoted;
  });
}
