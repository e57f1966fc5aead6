import type { BillOfMaterials } from '../../model/index.ts';

/**
 * What a bill is of, whatever the version: generators give each run another serial number, and a new bill of the same thing takes the
 * place of the old one. `null` where it does not say.
 */
export function describedBy({ components }: BillOfMaterials): string | null {
  const subjects = components.filter(({ isSubject }) => isSubject === true);
  const names = subjects.map(({ keys, name }) => keys.find((key) => !key.startsWith('bom/')) ?? name);
  return names.length === 0 ? null : names.toSorted().join(' ');
}

/**
 * Whether what is known is newer than another bill in its place: by the version of one serial number (CycloneDX: to be incremented by one each time),
 * else by when they were made, where both tell that.
 */
export function isNewerBill(known: BillOfMaterials, bill: BillOfMaterials): boolean {
  const isOfOne = known.id === bill.id && known.version !== undefined && bill.version !== undefined;
  if (isOfOne && known.version !== bill.version) return (known.version ?? 0) > (bill.version ?? 0);
  return known.created !== null && bill.created !== null && known.created > bill.created;
}
