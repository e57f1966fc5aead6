/** The candidate most like a mistyped word, or `null` where none is near enough to be meant. */
export function nearestWord(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  let best: string | null = null;
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const text = candidate.toLowerCase();
    const begins = wanted.length >= 3 && text.startsWith(wanted);
    const distance = begins ? 1 : editDistance(wanted, text);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** `; did you mean "port"?`, or nothing. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const nearest = nearestWord(word, candidates);
  return nearest === null ? '' : `; did you mean "${nearest}"?`;
}

/** Damerau's distance in its restricted form: two swapped neighbours are one mistake, as in "prot" for "port". */
function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let distance = Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) distance = Math.min(distance, (older[j - 2] ?? 0) + 1);
      next.push(distance);
    }
    [older, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
