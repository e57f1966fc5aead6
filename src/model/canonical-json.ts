/**
 * JSON with the keys of every object in order: one text for one value, whether it was made here or was read from the
 * journal, where the same fields may stand in another order.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each)).join(',')}]`;
  if (value !== null && typeof value === 'object') return canonicalObject(value as Record<string, unknown>);
  return JSON.stringify(value) ?? 'null';
}

function canonicalObject(object: Readonly<Record<string, unknown>>): string {
  const fields: string[] = [];
  for (const key of Object.keys(object).sort(byCode)) {
    const value = object[key];
    if (value !== undefined) fields.push(`${JSON.stringify(key)}:${canonicalJson(value)}`);
  }
  return `{${fields.join(',')}}`;
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : 1;
}
