import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';

/** One mistake in a policy file. */
export interface PolicyFileError {
  /** The field, e.g. `policies[2].destination.networks[0]`. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

/** A document of a YAML (or JSON) text: what it says, and where in the text it says it. */
export interface YamlDocument {
  readonly content: unknown;
  /** The line of a key, or of the nearest above it that is there. */
  lineOf(keys: readonly PropertyKey[]): number;
}

export type YamlText =
  | { readonly ok: true; readonly documents: readonly YamlDocument[] }
  | { readonly ok: false; readonly errors: readonly PolicyFileError[] };

/** Mistakes of which the parser's own sentence says nothing that stands in the text: those of names and tags do. */
const QUOTES_NOTHING: ReadonlySet<string> = new Set([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'BLOCK_IN_FLOW',
  'DUPLICATE_KEY',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'TAB_AS_INDENT',
]);

/** Reads a text of one or more documents, strictly. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const settings = { lineCounter: lines, strict: true, uniqueKeys: true, logLevel: 'silent' } as const;
  const parsed = parseAllDocuments(text, settings);
  const documents: readonly Document.Parsed[] = 'empty' in parsed ? [] : parsed;
  const errors = documents.flatMap((document) =>
    document.errors.map(({ code, message, pos }) => ({
      path: '',
      line: lines.linePos(pos[0]).line,
      message: QUOTES_NOTHING.has(code)
        ? (message.split(' at line ')[0] ?? message)
        : `is not readable: ${code.toLowerCase()}`,
    })),
  );
  if (errors.length > 0) return { ok: false, errors };
  const read: YamlDocument[] = [];
  for (const document of documents) {
    const content = contentOf(document);
    const lineOf = (keys: readonly PropertyKey[]) => lines.linePos(offsetOf(document.contents, keys)).line;
    if (content instanceof BadAliases)
      return { ok: false, errors: [{ path: '', line: lineOf([]), message: content.message }] };
    read.push({ content, lineOf });
  }
  return { ok: true, documents: read };
}

class BadAliases extends Error {}

/** What the text says. Aliases of aliases can make gigabytes of a few lines; the parser then says so by throwing. */
function contentOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    // Its own sentence names the alias.
    const isUnset = error.message.startsWith('Unresolved alias');
    return new BadAliases(
      isUnset ? 'names an anchor that is not set before it' : 'repeats too much through its aliases',
    );
  }
}

export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** Where in the text a path's key stands, or its nearest parent's. */
function offsetOf(root: unknown, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = isNode(root) ? (root.range?.[0] ?? 0) : 0;
  for (const key of path) {
    const [name, value] = childOf(node, key);
    if (!isNode(name)) break;
    offset = name.range?.[0] ?? offset;
    node = value;
  }
  return offset;
}

/** What stands in the text for a key or an index, and what it leads to. */
function childOf(node: unknown, key: PropertyKey): readonly [unknown, unknown] {
  if (isSeq(node) && typeof key === 'number') return [node.items[key], node.items[key]];
  if (!isMap(node)) return [undefined, undefined];
  const pair = node.items.find((each) => isScalar(each.key) && each.key.value === key);
  return [pair?.key, pair?.value];
}
