import type { Setting } from '../config/index.ts';
import type { OptionCard } from './option.ts';

/** What was given to an option: a flag's presence, a value, or a repeatable option's values. */
export type Value = boolean | string | readonly string[];

/** The options in force and the words beside them. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, Value>;
  readonly #options: Readonly<Record<string, OptionCard>>;

  constructor(
    options: Readonly<Record<string, OptionCard>>,
    values: ReadonlyMap<string, Value>,
    positionals: readonly string[],
  ) {
    this.#options = options;
    this.#values = values;
    this.positionals = positionals;
  }

  flag(name: string): boolean {
    return this.#given(name) === true;
  }

  text(name: string): string | null {
    const given = this.#given(name);
    if (typeof given === 'string') return given;
    const fallback = this.#options[name]?.fallback;
    return fallback === undefined ? null : String(fallback);
  }

  /** A value that the command line cannot lack: required, or with a default. */
  must(name: string): string {
    const text = this.text(name);
    if (text === null) throw new Error(`the option --${name} has neither a value nor a default`);
    return text;
  }

  number(name: string): number | null {
    const text = this.text(name);
    return text === null ? null : Number(text);
  }

  list(name: string): readonly string[] {
    const given = this.#given(name);
    return typeof given === 'object' ? given : [];
  }

  isGiven(name: string): boolean {
    return this.#given(name) !== undefined;
  }

  /** What the flags say of configuration fields. */
  settings(): readonly Setting[] {
    return Object.entries(this.#options).flatMap(([name, { field, isPath, kind }]) => {
      const value = this.#given(name);
      if (field === undefined || value === undefined) return [];
      const typed = kind === 'integer' || kind === 'number' ? Number(value) : value;
      return [{ field, value: typed, from: `--${name}`, isPath: isPath === true }];
    });
  }

  #given(name: string): Value | undefined {
    if (!Object.hasOwn(this.#options, name)) throw new Error(`the command has no option --${name}`);
    return this.#values.get(name);
  }
}
