/** What a text says in JSON; `undefined` where it is none, which a form refuses. The parser's own complaint would quote it. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
