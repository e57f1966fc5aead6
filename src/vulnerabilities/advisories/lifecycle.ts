import { parse } from 'yaml';
import type { ProductLifecycle, ReleaseCycle } from '../../model/index.ts';
import { readCpe } from '../cpe.ts';
import { childrenOf, type Fields, fieldsOf, instantOf, textOf } from '../fields.ts';
import { readPackageUrl } from '../package-url.ts';
import { productKey } from '../product-name.ts';

/** A page of endoflife.date's repository: YAML between `---` lines. `null` where it has no releases. */
export function readLifecyclePage(text: string): ProductLifecycle | null {
  const [, matter] = /^---\r?\n([\s\S]{1,300000}?)\r?\n---/.exec(text) ?? [];
  if (matter === undefined) return null;
  // Each key is held against all before it where they must be unique, which takes minutes of a page of thousands.
  const options = { schema: 'core', maxAliasCount: 0, uniqueKeys: false, logLevel: 'error' } as const;
  const page = fieldsOf(parse(matter, options) as unknown);
  const title = textOf(page['title']);
  const cycles = childrenOf(page['releases']).flatMap((each) => cycleIn(each, 'releaseCycle', 'eol') ?? []);
  if (title === null || cycles.length === 0) return null;
  const slug = textOf(page['permalink'])?.replace('/', '') ?? title;
  return { product: slug, keys: keysOf([slug, title], childrenOf(page['identifiers'])), cycles };
}

/** Of endoflife.date's API v1, `/products/{product}`. */
export function readLifecycleAnswer(document: Fields): ProductLifecycle | null {
  const result = fieldsOf(document['result']);
  const name = textOf(result['name']);
  const cycles = childrenOf(result['releases']).flatMap((each) => cycleIn(each, 'name', 'eolFrom') ?? []);
  if (name === null || cycles.length === 0) return null;
  const identifiers = childrenOf(result['identifiers']).map(({ id, type }) => ({ [String(type)]: id }));
  return { product: name, keys: keysOf([name, textOf(result['label']) ?? name], identifiers), cycles };
}

function cycleIn(release: Fields, name: string, end: string): ReleaseCycle | null {
  const cycle = textOf(release[name]) ?? numberText(release[name]);
  if (cycle === null) return null;
  const { latest } = release;
  const ends = instantOf(release[end]);
  return {
    cycle,
    ends,
    ended: release[end] === true || (ends === null && release['isEol'] === true),
    latest: textOf(latest) ?? textOf(fieldsOf(latest)['name']) ?? numberText(latest),
  };
}

function numberText(value: unknown): string | null {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
}

function keysOf(names: readonly string[], identifiers: readonly Fields[]): readonly string[] {
  const keys = names.map(productKey);
  for (const { purl, cpe } of identifiers) {
    const reference = readPackageUrl(textOf(purl) ?? '');
    const platform = readCpe(textOf(cpe) ?? '');
    if (reference !== null) keys.push(reference.key);
    if (platform !== null) keys.push(productKey(platform.product));
  }
  return [...new Set(keys)];
}
