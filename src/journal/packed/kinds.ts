import type { Field } from './field.ts';
import { newerFormat } from './source.ts';

/** A number for each kind, which it keeps for good, and how that kind stands in a frame. */
export type KindsOf<T extends { readonly kind: string }> = {
  readonly [K in T['kind']]: readonly [number: number, field: Field<Extract<T, { readonly kind: K }>>];
};

/** One of several kinds: its number in one byte, then its fields. */
export function oneOf<T extends { readonly kind: string }>(kinds: KindsOf<T>): Field<T> {
  const numbers = new Map<string, number>();
  const fields: (Field<T> | undefined)[] = [];
  for (const [kind, [number, field]] of Object.entries<readonly [number, Field<T>]>(kinds)) {
    numbers.set(kind, number);
    fields[number] = field;
  }
  return {
    write(sink, value) {
      const number = numbers.get(value.kind) ?? -1;
      const field = fields[number];
      if (field === undefined) throw new TypeError(`there is no kind ${value.kind}`);
      sink.byte(number);
      field.write(sink, value);
    },
    read(source) {
      const number = source.byte();
      const field = fields[number];
      if (field === undefined) throw newerFormat(`an event has the unknown kind ${number}`);
      return field.read(source);
    },
  };
}
