import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { OperationError } from '../refusals/index.ts';

/** A configuration file's content, and where in it a field stands. */
export interface WrittenConfig {
  readonly content: unknown;
  /** `FILE:LINE` of the field, or of the nearest thing around it. */
  readonly where: (keys: readonly PropertyKey[]) => string;
}

/**
 * Reads YAML (or JSON, which is YAML). An empty file sets nothing.
 * @throws OperationError `invalid_configuration`
 */
export function readConfigFile(file: string, text: string): WrittenConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    strict: true,
    uniqueKeys: true,
    logLevel: 'silent',
  });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => {
      const [sentence = message] = message.split(' at line ');
      return `${file}:${lines.linePos(pos[0]).line}: ${sentence}`;
    });
    throw new OperationError('invalid_configuration', problems.join('\n'));
  }
  const content = contentOf(file, document);
  return {
    content: content ?? {},
    where: (keys) => `${file}:${lines.linePos(offsetOf(document.contents, keys)).line}`,
  };
}

/** `yaml` throws a ReferenceError where aliases make a small text stand for a vast content. */
function contentOf(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new OperationError('invalid_configuration', `${file}:1: repeats too much through its aliases`);
  }
}

/** Where the deepest node on the way to a field begins. */
function offsetOf(root: unknown, keys: readonly PropertyKey[]): number {
  let node = root;
  let offset = startOf(root);
  for (const key of keys) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair === undefined) return offset;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      offset = startOf(node);
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number {
  return isNode(node) && node.range ? node.range[0] : 0;
}
