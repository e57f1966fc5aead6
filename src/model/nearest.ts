/** A candidate's id and, where the operator gave one, its name. */
export interface Named {
  readonly id: string;
  readonly name: string | null;
}

/** Edit distances are costly: only this many candidates are measured, and only close lengths. */
const MEASURED = 20_000;
const MAX_QUERY_CHARS = 96;

/** Ids most like a mistyped one: by common beginning or part first, then by edit distance. At most `limit`. */
export function nearestIds(query: string, candidates: Iterable<Named>, limit: number): readonly string[] {
  const wanted = query.toLowerCase().slice(0, MAX_QUERY_CHARS);
  if (wanted === '') return [];
  const scored: { readonly id: string; readonly distance: number }[] = [];
  let measured = 0;
  for (const { id, name } of candidates) {
    const text = id.toLowerCase();
    const part = Math.min(
      partDistance(wanted, text),
      name === null ? Infinity : partDistance(wanted, name.toLowerCase()),
    );
    const mayMeasure = part === Infinity && measured < MEASURED;
    if (mayMeasure) measured += 1;
    const distance = mayMeasure ? editDistance(wanted, text, tolerance(wanted)) : part;
    if (distance < Infinity) scored.push({ id, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1));
  return scored.slice(0, limit).map(({ id }) => id);
}

/** A third of the id may be mistyped. */
function tolerance(wanted: string): number {
  return Math.max(2, Math.floor(wanted.length / 3));
}

/** 0 for the same text, less than 1 where one begins with the other or holds it, else infinite. */
function partDistance(wanted: string, text: string): number {
  const bare = wanted.replace(/^(?:dev|usr|wkl)_/, '');
  if (text === wanted) return 0;
  if (bare.length < 3) return text.startsWith(wanted) && wanted.length > 4 ? 0.25 : Infinity;
  if (text.startsWith(wanted) || wanted.startsWith(text)) return 0.25;
  return text.includes(bare) ? 0.5 : Infinity;
}

/** Levenshtein distance, or infinity beyond `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) > limit) return Infinity;
    row = next;
  }
  const distance = row[b.length] ?? Infinity;
  return distance <= limit ? distance : Infinity;
}
