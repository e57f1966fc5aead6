import type { Advisory, ProductVersions } from '../../model/index.ts';
import { readCpe } from '../cpe.ts';
import { cvssOf } from '../cvss.ts';
import { childrenOf, type Fields, fieldsOf, idOf, instantOf, numberOf, textOf } from '../fields.ts';
import { namedByCpe } from '../naming.ts';
import { plainName } from '../product-name.ts';

/** Products that something runs upon; more say no more. */
const CONTEXT = 16;

/** NVD API 2.0. Its CPEs are a weak name for a product; what is only context is never a match. */
export function readNvd(cve: Fields): Advisory | null {
  const id = idOf(cve['id']);
  if (id === null) return null;
  return {
    source: 'nvd',
    id,
    aliases: [],
    modified: instantOf(cve['lastModified']),
    withdrawn: cve['vulnStatus'] === 'Rejected',
    cvss: scoreOf(fieldsOf(cve['metrics'])),
    products: childrenOf(cve['configurations']).flatMap(productsIn),
  };
}

function scoreOf(metrics: Fields): number | null {
  for (const version of ['cvssMetricV40', 'cvssMetricV31', 'cvssMetricV30', 'cvssMetricV2']) {
    const all = childrenOf(metrics[version]);
    const metric = all.find(({ type }) => type === 'Primary') ?? all[0];
    if (metric === undefined) continue;
    const { baseScore, vectorString } = fieldsOf(metric['cvssData']);
    const score = numberOf(baseScore, 0, 10) ?? cvssOf(textOf(vectorString) ?? '');
    if (score !== null) return score;
  }
  return null;
}

/** Nodes joined by AND are one's vulnerable rows upon the others' rows. */
function productsIn(configuration: Fields): readonly ProductVersions[] {
  const nodes = childrenOf(configuration['nodes']);
  if (configuration['negate'] === true || nodes.some(({ negate }) => negate === true)) return [];
  const rows = nodes.flatMap(({ cpeMatch }) => childrenOf(cpeMatch));
  const context = rows
    .filter(({ vulnerable }) => vulnerable !== true)
    .flatMap(({ criteria }) => readCpe(textOf(criteria) ?? '')?.product ?? []);
  const needed =
    configuration['operator'] === 'AND' ? [...new Set(context.map(plainName))].slice(0, CONTEXT) : [];
  return rows.filter(({ vulnerable }) => vulnerable === true).flatMap((row) => productOf(row, needed));
}

function productOf(row: Fields, context: readonly string[]): readonly ProductVersions[] {
  const named = namedByCpe(textOf(row['criteria']) ?? '');
  if (named === null) return [];
  const { naming, version, isOpen } = named;
  const from = textOf(row['versionStartIncluding']);
  const after = textOf(row['versionStartExcluding']);
  const upTo = textOf(row['versionEndIncluding']);
  const before = textOf(row['versionEndExcluding']);
  const isRange = [from, after, upTo, before].some((each) => each !== null);
  return [
    {
      ...naming,
      ...(isRange ? { intervals: [{ from, ...(after === null ? {} : { after }), before, upTo }] } : {}),
      ...(!isRange && version !== null ? { versions: [version] } : {}),
      ...(!isRange && isOpen ? { otherwise: 'unknown' as const } : {}),
      ...(context.length === 0 ? {} : { context }),
    },
  ];
}
