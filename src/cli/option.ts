/** One option of a command; the same table parses it and explains it. */
export interface OptionCard {
  readonly kind: 'flag' | 'text' | 'integer' | 'number' | 'list';
  readonly about: string;
  /** What stands for the value in the help, e.g. `DIR`. */
  readonly value?: string;
  /** As the help shows it; the value in force where it is not `undefined`. */
  readonly fallback?: string | number;
  readonly choices?: readonly string[];
  readonly least?: number;
  readonly most?: number;
  readonly isRequired?: true;
  /** The configuration field that it sets. */
  readonly field?: string;
  readonly isPath?: true;
}

/** As a person writes it, e.g. `--port N`. */
export function flagText(option: string, { value }: OptionCard): string {
  return value === undefined ? `--${option}` : `--${option} ${value}`;
}
