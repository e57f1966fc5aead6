import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import {
  asciiName,
  type DestinationSelector,
  formatNetwork,
  parseNetwork,
  POLICY_ACTIONS,
  POLICY_ID_PATTERN,
  POLICY_MODES,
  type Policy,
  type PolicyId,
  THREAT_CATEGORIES,
} from '../model/index.ts';

export interface PolicyFileError {
  /** The field, e.g. `policies[2].destination.networks[0]`. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

export type PolicyFile =
  | { readonly ok: true; readonly policies: readonly Policy[] }
  | { readonly ok: false; readonly errors: readonly PolicyFileError[] };

const id = z.custom<PolicyId>((value) => typeof value === 'string' && POLICY_ID_PATTERN.test(value), {
  error: 'must be "pol_" and then lower-case letters, digits, "_", "." or "-", e.g. pol_camera_mgmt_only',
});
const word = z.string().min(1).max(128);
const words = z.array(word).min(1);
const network = z.string().transform((text, context) => {
  const parsed = parseNetwork(text);
  if (parsed !== null) return formatNetwork(parsed);
  context.addIssue({ code: 'custom', message: 'must be an address or a CIDR block, e.g. 10.0.2.0/24' });
  return z.NEVER;
});
const domain = z.string().transform((text, context) => {
  const name = asciiName(text);
  if (name !== null) return name;
  const message = 'must be a domain name, e.g. axis-cloud.com; it covers everything below it, without "*."';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

const selector = {
  networks: z.array(network).min(1).exactOptional(),
  domains: z.array(domain).min(1).exactOptional(),
  categories: z.array(z.enum(THREAT_CATEGORIES)).min(1).exactOptional(),
  kinds: words.exactOptional(),
  internal: z.boolean().exactOptional(),
  ports: z.array(z.int().min(0).max(65_535)).min(1).exactOptional(),
} satisfies Record<keyof DestinationSelector, unknown>;

/** An empty list would silently mean nothing, or everything: leave the key out instead. */
const policy = z.strictObject({
  id,
  description: z.string().max(500).nullable().default(null),
  priority: z.int().min(0).max(1_000_000).default(100),
  action: z.enum(POLICY_ACTIONS),
  mode: z.enum(POLICY_MODES),
  subject: z
    .strictObject({
      ids: words.exactOptional(),
      kinds: words.exactOptional(),
      tags: words.exactOptional(),
      sites: words.exactOptional(),
    })
    .default({}),
  destination: z.strictObject({ ...selector, except: z.strictObject(selector).exactOptional() }).default({}),
});
const file = z.strictObject({ policies: z.array(policy) });

/** Reads a policy file, YAML or JSON. Strict and whole: one mistake and nothing of it becomes active. */
export function readPolicies(text: string): PolicyFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    strict: true,
    uniqueKeys: true,
    logLevel: 'silent',
  });
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(offsetOf(document.contents, path)).line;
  if (document.errors.length > 0) {
    const errors = document.errors.map(({ message, pos }) => {
      return {
        path: '',
        line: lines.linePos(pos[0]).line,
        message: message.split(' at line ')[0] ?? message,
      };
    });
    return { ok: false, errors };
  }
  const content = contentOf(document);
  if (content === EXPLODING) {
    return { ok: false, errors: [{ path: '', line: 1, message: 'repeats too much through its aliases' }] };
  }
  const parsed = file.safeParse(content);
  const errors = parsed.success
    ? duplicates(parsed.data.policies).map((each) => ({
        ...each,
        line: lineOf(each.keys),
        path: pathText(each.keys),
      }))
    : parsed.error.issues
        .flatMap(complaints)
        .map((each) => ({ ...each, line: lineOf(each.keys), path: pathText(each.keys) }));
  if (errors.length > 0)
    return { ok: false, errors: errors.map(({ path, line, message }) => ({ path, line, message })) };
  return parsed.success ? { ok: true, policies: parsed.data.policies } : { ok: false, errors: [] };
}

const EXPLODING = Symbol('aliases upon aliases');

/** What the text says. Aliases of aliases can make gigabytes of a few lines; the parser then says so by throwing. */
function contentOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof ReferenceError) return EXPLODING;
    throw error;
  }
}

interface Complaint {
  readonly keys: readonly PropertyKey[];
  readonly message: string;
}

function complaints(issue: z.core.$ZodIssue): Complaint[] {
  if (issue.code !== 'unrecognized_keys') return [{ keys: issue.path, message: issue.message }];
  return issue.keys.map((key) => ({
    keys: [...issue.path, key],
    message: 'is no key of a policy file here',
  }));
}

function duplicates(policies: readonly Policy[]): Complaint[] {
  const known = new Set<string>();
  return policies.flatMap((each, index) => {
    const twice = known.has(each.id);
    known.add(each.id);
    return twice ? [{ keys: ['policies', index, 'id'], message: `${each.id} stands twice in the file` }] : [];
  });
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

/** Where in the text a path's key stands, or its nearest parent's. */
function offsetOf(root: unknown, path: readonly PropertyKey[]): number {
  let node: unknown = root;
  let offset = 0;
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
