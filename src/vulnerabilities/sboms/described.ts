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
