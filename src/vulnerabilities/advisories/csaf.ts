import {
  type Advisory,
  ownValue,
  type ProductVersions,
  type VexStatement,
  type VexStatus,
} from '../../model/index.ts';
import { cvssOf } from '../cvss.ts';
import { childrenOf, type Fields, fieldsOf, idOf, instantOf, numberOf, textOf, textsOf } from '../fields.ts';
import { csafProducts, type ProductTree } from './csaf-products.ts';

/** What a document of CSAF 2.0 says: products that are affected, and the maker's word on all four states. */
export interface VexDocument {
  readonly advisories: readonly Advisory[];
  readonly statements: readonly VexStatement[];
  /** Of what is said of a vulnerability nothing could be taken: where and why. */
  readonly refused: readonly string[];
}

const STATES: Readonly<Record<string, VexStatus>> = {
  known_affected: 'affected',
  first_affected: 'affected',
  last_affected: 'affected',
  known_not_affected: 'not_affected',
  fixed: 'fixed',
  first_fixed: 'fixed',
  under_investigation: 'under_investigation',
};

/** CSAF 2.0, any category: product ids mean something within the document only. `null` where it is none. */
export function readCsaf(document: Fields): VexDocument | null {
  const { tracking } = fieldsOf(document['document']);
  const { id, current_release_date: released, status } = fieldsOf(tracking);
  const name = idOf(id);
  if (name === null) return null;
  const tree = csafProducts(fieldsOf(document['product_tree']));
  const at = instantOf(released);
  const said = childrenOf(document['vulnerabilities']).map((each) => sayingsOf(each, name, at, tree));
  const advisories = said.flatMap((each) => each.advisories);
  const inForce = new Set(advisories.filter(({ withdrawn }) => !withdrawn).map((each) => each.id));
  return {
    statements: said.flatMap(({ statements }) => statements),
    refused: said.flatMap(({ refused }, index) =>
      refused.map((reason) => `vulnerability ${index + 1}: ${reason}`),
    ),
    advisories: advisories
      // Where a vulnerability stands twice, one place takes nothing back that the other says.
      .filter((each) => !each.withdrawn || !inForce.has(each.id))
      .map((each) => ({ ...each, withdrawn: each.withdrawn || status === 'withdrawn' })),
  };
}

function sayingsOf(
  vulnerability: Fields,
  document: string,
  at: number | null,
  tree: ProductTree,
): VexDocument {
  const names = namesOf(vulnerability);
  const [first] = names;
  if (first === undefined)
    return { advisories: [], statements: [], refused: ['it has neither a CVE nor an id'] };
  const cvss = scoreOf(vulnerability);
  const statements: VexStatement[] = [];
  const said = saidIn(fieldsOf(vulnerability['product_status']));
  const concerned = packagesConcerned(said, tree);
  for (const { status, ids } of said) {
    const of = { source: 'csaf' as const, document, vulnerabilities: names, status, at, cvss };
    for (const [justification, marked] of byJustification(vulnerability, ids)) {
      const all = marked.flatMap((id) => tree.get(id) ?? []);
      const versions = joined(status === 'not_affected' ? all.filter((each) => !concerned(each)) : all);
      if (versions.length > 0) statements.push({ ...of, justification, products: versions });
    }
  }
  const states = Object.keys(fieldsOf(vulnerability['product_status']));
  if (statements.length === 0 && states.length > 0) {
    const reason = `${first}: no product that it names stands in the product tree under ${[...Object.keys(STATES), 'recommended'].join(', ')}`;
    return { advisories: [], statements, refused: [reason] };
  }
  const affected = statements
    .filter(({ status }) => status === 'affected')
    .flatMap(({ products }) => products);
  const advisory: Advisory = {
    source: 'csaf',
    id: `${document}/${first}`,
    aliases: names,
    modified: at,
    // What an earlier version of the document called affected, and this one no longer does, is taken back.
    withdrawn: affected.length === 0,
    cvss,
    products: affected,
  };
  return { advisories: statements.length === 0 ? [] : [advisory], statements, refused: [] };
}

/** The product ids of one state. */
interface Said {
  readonly status: VexStatus;
  readonly ids: readonly string[];
}

/**
 * What is recommended is mended, where nothing else is said of it: SUSE tells its mended packages by this alone. A vendor may recommend
 * also what is affected (CSAF 2.0 §6.1.6).
 */
function saidIn({ recommended, ...states }: Fields): readonly Said[] {
  const said = Object.entries(states).flatMap(([state, ids]) => {
    const status = ownValue(STATES, state);
    return status === undefined ? [] : [{ status, ids: textsOf(ids) }];
  });
  const told = new Set(said.flatMap(({ ids }) => ids));
  return [...said, { status: 'fixed', ids: textsOf(recommended).filter((id) => !told.has(id)) }];
}

/**
 * Whether a package is affected, mended or looked at in some stream of its release. Which stream a machine has, nobody tells: there no
 * word on all of the package's versions holds that it is not affected.
 */
function packagesConcerned(said: readonly Said[], tree: ProductTree): (product: ProductVersions) => boolean {
  const modules = new Map<string, Set<string | undefined>>();
  for (const { status, ids } of said) {
    if (status === 'not_affected') continue;
    for (const { key, release, module } of ids.flatMap((id) => tree.get(id) ?? [])) {
      const name = `${key} ${release}`;
      const known = modules.get(name);
      if (known === undefined) modules.set(name, new Set([module]));
      else known.add(module);
    }
  }
  return ({ key, release, module, versions }) => {
    const known =
      release === undefined || versions !== undefined ? undefined : modules.get(`${key} ${release}`);
    return known !== undefined && (module === undefined || known.has(undefined) || known.has(module));
  };
}

function namesOf(vulnerability: Fields): readonly string[] {
  const cve = textOf(vulnerability['cve']);
  const ids = childrenOf(vulnerability['ids']).flatMap(({ text }) => textOf(text) ?? []);
  // Trackers' numbers are names only where there is no better one.
  return cve === null ? ids : [cve];
}

function scoreOf(vulnerability: Fields): number | null {
  const scores = childrenOf(vulnerability['scores']).flatMap(({ cvss_v3: v3, cvss_v2: v2 }) => {
    const { baseScore, vectorString } = fieldsOf(v3 ?? v2);
    return numberOf(baseScore, 0, 10) ?? cvssOf(textOf(vectorString) ?? '') ?? [];
  });
  return scores.length === 0 ? null : Math.max(...scores);
}

/** Product ids by the flag that justifies a "not affected"; `null` for those without. */
function byJustification(
  vulnerability: Fields,
  products: readonly string[],
): ReadonlyMap<string | null, readonly string[]> {
  const labels = new Map<string, string>();
  for (const flag of childrenOf(vulnerability['flags'])) {
    const label = textOf(flag['label']);
    if (label !== null) for (const id of textsOf(flag['product_ids'])) labels.set(id, label);
  }
  return Map.groupBy(products, (id) => labels.get(id) ?? null);
}

/** Versions of one product, listed one by one in a document, are one list. */
function joined(products: readonly ProductVersions[]): readonly ProductVersions[] {
  return [...Map.groupBy(products, nameOf).values()].flatMap((all) => {
    const [first] = all;
    if (first === undefined || all.length === 1) return all;
    const whole = all.find(isWhole);
    if (whole !== undefined) return [whole];
    const intervals = all.flatMap((each) => each.intervals ?? []);
    const versions = [...new Set(all.flatMap((each) => each.versions ?? []))];
    const { otherwise: _, ...naming } = first;
    return [
      {
        ...naming,
        ...(intervals.length === 0 ? {} : { intervals }),
        ...(versions.length === 0 ? {} : { versions }),
        // One that was not understood leaves what the others do not name open.
        ...(all.some(({ otherwise }) => otherwise === 'unknown') ? { otherwise: 'unknown' as const } : {}),
      },
    ];
  });
}

/** One without versions speaks of all of them. */
function isWhole({ versions, intervals, otherwise }: ProductVersions): boolean {
  return versions === undefined && intervals === undefined && otherwise === undefined;
}

/** What tells products apart, whatever their versions. */
function nameOf(product: ProductVersions): string {
  const { key, naming, vendor, release, module, packaging, order, context, within } = product;
  return JSON.stringify([key, naming, vendor, release, module, packaging, order, context, within]);
}
