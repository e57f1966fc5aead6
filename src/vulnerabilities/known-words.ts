import {
  type InstalledComponent,
  type ProductVersions,
  type VersionOrderName,
  VERSION_ORDERS,
  VEX_STATUSES,
  type VulnerabilityKnowledge,
} from '../model/index.ts';

/**
 * What a file was read as, held against the closed words that matching knows, before anything is written down: what is written down
 * is applied at every start. `null` where all are known.
 */
export function unknownWordIn({
  advisories,
  statements,
}: Pick<VulnerabilityKnowledge, 'advisories' | 'statements'>): string | null {
  for (const { id, products } of advisories) {
    const word = unknownOrderOf(products);
    if (word !== null) return `${word} of advisory ${id}`;
  }
  for (const { document, status, products } of statements) {
    if (!VEX_STATUSES.includes(status)) return `the status "${status}" of document ${document}`;
    const word = unknownOrderOf(products);
    if (word !== null) return `${word} of document ${document}`;
  }
  return null;
}

/** The same of what a bill of materials lists. */
export function unknownOrderOf(things: readonly (ProductVersions | InstalledComponent)[]): string | null {
  const unknown = things.find(({ order }) => !isOrder(order));
  return unknown === undefined ? null : `the order of versions "${unknown.order}"`;
}

function isOrder(order: unknown): order is VersionOrderName {
  return VERSION_ORDERS.includes(order as VersionOrderName);
}
