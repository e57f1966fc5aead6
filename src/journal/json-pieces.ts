/** So many elements of a list become text at a time. */
const PER_PIECE = 1_000;

/**
 * A JSON value as `JSON.stringify` writes it, in pieces: a record may hold a million rows, and to write them at one stroke
 * would hold the loop.
 */
export function* jsonPieces(value: unknown): Generator<string, void> {
  if (typeof value !== 'object' || value === null) yield textOf(value);
  else if (Array.isArray(value)) yield* listPieces(value);
  else yield* objectPieces(value);
}

function* listPieces(list: readonly unknown[]): Generator<string, void> {
  yield '[';
  if (list.length > PER_PIECE)
    for (let from = 0; from < list.length; from += PER_PIECE) {
      const text = JSON.stringify(list.slice(from, from + PER_PIECE)).slice(1, -1);
      yield from === 0 ? text : `,${text}`;
    }
  else
    for (const [place, each] of list.entries()) {
      if (place > 0) yield ',';
      yield* jsonPieces(each);
    }
  yield ']';
}

function* objectPieces(object: object): Generator<string, void> {
  let before = '{';
  for (const [name, value] of Object.entries(object) as [string, unknown][]) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* jsonPieces(value);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

/** In a list stands `null` for what is not there. */
function textOf(value: unknown): string {
  return value === undefined ? 'null' : JSON.stringify(value);
}
