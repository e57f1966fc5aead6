import type { Field, LargeField } from './field.ts';

/**
 * The parts of an object that cost a bit in its flags: a boolean is one; what may be null or absent has one that
 * says whether it is there.
 */
export interface Flag {
  readonly part: 'flag';
}
export interface Nullable<T> {
  readonly part: 'nullable';
  readonly of: Inner<T>;
}
export interface Optional<T> {
  readonly part: 'optional';
  readonly of: Inner<T>;
}
type Inner<T> = [T] extends [boolean] ? Flag : Field<T>;

type PartOf<T, K extends keyof T> =
  object extends Pick<T, K>
    ? Optional<Exclude<T[K], undefined>>
    : null extends T[K]
      ? Nullable<Exclude<T[K], null>> | Field<T[K]>
      : Inner<T[K]>;

/** One part per property, of the property's own type: a property that is added to `T` and not here does not compile. */
export type PartsOf<T> = { readonly [K in keyof T]-?: PartOf<T, K> };

type Part =
  | Flag
  | Field<unknown>
  | { readonly part: 'nullable' | 'optional'; readonly of: Flag | Field<unknown> };

export const flag: Flag = { part: 'flag' };

export function nullable<T>(of: Field<T>): Nullable<T>;
export function nullable(of: Flag): Nullable<boolean>;
export function nullable(of: unknown): unknown {
  return { part: 'nullable', of };
}

export function optional<T>(of: Field<T>): Optional<T>;
export function optional(of: Flag): Optional<true>;
export function optional(of: unknown): unknown {
  return { part: 'optional', of };
}

/** Bit operators are exact to 31. */
const MOST_FLAGS = 31;

/**
 * An object: its flags, then its parts in the order of the table, those that are optional last. Later releases may
 * append nullable and optional parts to a table that has some: earlier frames read as if they were not there.
 *
 * The table becomes functions, as source text, once. An object written as one literal has its shape from birth;
 * set key by key it would pass through as many shapes as it has keys, in each of millions of events. The text is
 * made of the property names in these tables alone.
 */
export function structure<T extends object>(parts: PartsOf<T>): LargeField<T> {
  const plan = new Plan();
  for (const [name, part] of Object.entries<Part>(parts)) plan.add(name, part);
  return plan.compile() as LargeField<T>;
}

/** Statements: at once, and in small steps. */
interface Writes {
  readonly write: string;
  readonly writing: string;
}

class Plan {
  readonly #fields: Field<unknown>[] = [];
  readonly #flags: string[] = [];
  readonly #writes: Writes[] = [];
  readonly #literal: string[] = [];
  readonly #optionalWrites: Writes[] = [];
  readonly #optionalReads: string[] = [];

  add(name: string, part: Part): void {
    const key = JSON.stringify(name);
    const value = `value[${key}]`;
    if (!('part' in part) || part.part === 'flag') {
      const { read, ...writes } = this.#inner(part, value);
      this.#writes.push(writes);
      this.#literal.push(`${key}: ${read}`);
      return;
    }
    const isThere = `${value} !== ${part.part === 'nullable' ? 'null' : 'undefined'}`;
    const bit = this.#bit(isThere);
    const { write, writing, read } = this.#inner(part.of, value);
    const writes = {
      write: `if (${isThere}) { ${write} }`,
      writing: `if (${isThere}) { ${writing} }`,
    };
    if (part.part === 'nullable') {
      this.#writes.push(writes);
      this.#literal.push(`${key}: ${bit} ? ${read} : null`);
    } else {
      this.#optionalWrites.push(writes);
      this.#optionalReads.push(`if (${bit}) result[${key}] = ${read};`);
    }
  }

  compile(): unknown {
    const known = this.#flags.length;
    if (known > MOST_FLAGS) throw new RangeError(`a structure has ${known} flags: at most ${MOST_FLAGS}`);
    const flags = known === 0 ? '' : `sink.varint(${this.#flags.join(' | ')});`;
    const writes = [...this.#writes, ...this.#optionalWrites];
    const source = `
      return {
        write(sink, value) {
          ${flags}
          ${writes.map(({ write }) => write).join('\n')}
        },
        *writing(sink, value) {
          ${flags}
          ${writes.map(({ writing }) => writing).join('\n')}
        },
        read(source) {
          ${known === 0 ? '' : `const flags = source.flags(${known});`}
          const result = { ${this.#literal.join(', ')} };
          ${this.#optionalReads.join('\n')}
          return result;
        },
      };`;
    const names = this.#fields.map((_, index) => `field${index}`);
    // oxlint-disable-next-line typescript/no-implied-eval -- the text comes from the tables in this folder, see above
    const make = new Function(...names, source) as (...fields: readonly Field<unknown>[]) => unknown;
    return make(...this.#fields);
  }

  #inner(part: Flag | Field<unknown>, value: string): Writes & { readonly read: string } {
    if ('part' in part) return { write: '', writing: '', read: this.#bit(`${value} === true`) };
    const name = `field${this.#fields.push(part) - 1}`;
    const write = `${name}.write(sink, ${value});`;
    const writing = 'writing' in part ? `yield* ${name}.writing(sink, ${value});` : write;
    return { write, writing, read: `${name}.read(source)` };
  }

  /** Takes the next bit for what a test on the value says; gives the test on the flags. */
  #bit(test: string): string {
    const bit = 2 ** this.#flags.length;
    this.#flags.push(`(${test} ? ${bit} : 0)`);
    return `(flags & ${bit}) !== 0`;
  }
}
