import type * as Lookup from '../../lookup/index.ts';

/** The curve is loaded only where a list is sealed or asked about. */
export function loadLookup(): Promise<typeof Lookup> {
  return import('../../lookup/index.ts');
}

/** What the key makes an output of: a type and a canonical value. */
export function inputOf(type: string, value: string): Uint8Array {
  return new TextEncoder().encode(`${type}:${value}`);
}
