import { basename } from 'node:path';
import type { FleetState } from '../../data-directory/index.ts';
import { type BillOfMaterials, type EntityId, type EpochMs, isEntityId, LIMITS } from '../../model/index.ts';
import { OperationError } from '../../refusals/index.ts';
import { isSoftwareInventory, readSoftwareInventory } from '../../sources/index.ts';
import {
  type BillReading,
  describedBy,
  isNewerBill,
  readBill,
  softwareBill,
} from '../../vulnerabilities/index.ts';
import type { BillResult } from '../operations.ts';

interface BillFile {
  readonly path: string;
  readonly text: string;
  /** Whose it is; `null` for whom it names itself. */
  readonly device: string | null;
  readonly dryRun: boolean;
  /** Every other bill of materials of the device goes. */
  readonly replace: boolean;
  readonly actor: string;
}

/** Takes over what a bill of materials says is installed on a device, in the place of earlier ones of the same thing. */
export async function importBill(state: FleetState, file: BillFile, at: EpochMs): Promise<BillResult> {
  const { path, text, dryRun, actor } = file;
  const reading = readingOf(text, at);
  if (!reading.ok) {
    throw new OperationError('invalid_bill', `${path} is refused as a bill of materials: ${reading.message}`);
  }
  const { leftOut, findings } = reading;
  const bill = knownByName(reading.bill, path);
  const entity = deviceOf(state, file, reading.device);
  const { book } = state.engine.weaknesses;
  const before = book.billOf(entity, bill.id);
  const known = book.billsOf(entity);
  const outdated = outdatedBy(bill, known, file.replace);
  const gone = before === null ? outdated : [...outdated, before];
  const { format, components } = bill;
  const said = { path, device: entity, format, components: components.length, leftOut, findings };
  const newer = file.replace || format === 'ocsf' ? undefined : gone.find((each) => isNewerBill(each, bill));
  if (newer !== undefined) return { ...said, changed: false, replaced: [], newer: newer.id };
  const isNews = before === null || JSON.stringify(before) !== JSON.stringify(bill);
  const replaces = outdated.map(({ id }) => id);
  checkBounds({ bill, path, entity }, { gone, known, total: book.componentCount });
  const changed = isNews || replaces.length > 0;
  if (changed && !dryRun) {
    const going = replaces.length === 0 ? {} : { replaces };
    await state.append({ kind: 'components', at, entity, bill, ...going, actor });
  }
  return { ...said, changed, replaced: isNews ? gone.map(({ id }) => id) : replaces, newer: null };
}

interface Standing {
  /** What goes as it comes. */
  readonly gone: readonly BillOfMaterials[];
  /** What its device has. */
  readonly known: readonly BillOfMaterials[];
  /** Components of all devices. */
  readonly total: number;
}

/** What is beyond the bounds would be dropped, and its weaknesses with it: that is refused. */
function checkBounds(
  {
    bill,
    path,
    entity,
  }: { readonly bill: BillOfMaterials; readonly path: string; readonly entity: EntityId },
  { gone, known, total }: Standing,
): void {
  const count = gone.reduce((sum, { components }) => sum - components.length, total) + bill.components.length;
  if (count > LIMITS.components) {
    throw new OperationError(
      'too_many_components',
      `${path}: with its ${bill.components.length} components there would be more than ${LIMITS.components} in all`,
    );
  }
  const left = known.filter((each) => !gone.includes(each));
  if (bill.format !== 'ocsf' && left.length >= LIMITS.billsPerDevice) {
    throw new OperationError(
      'too_many_bills',
      `${path} is not taken: ${entity} has ${left.length} bills of materials, as many as a device can have ` +
        `(${left.map(({ id }) => id).join(', ')}). Give one bill of all, or --replace for this one in the place of all of them`,
    );
  }
}

/** One that says neither its serial number nor what it is of is known by its file: two of them are two. */
function knownByName(bill: BillOfMaterials, path: string): BillOfMaterials {
  return bill.format !== 'ocsf' && bill.id === bill.format ? { ...bill, id: basename(path) } : bill;
}

/** Bills under other names whose place it takes: those of the same thing, or all. */
function outdatedBy(
  bill: BillOfMaterials,
  known: readonly BillOfMaterials[],
  isOfAll: boolean,
): readonly BillOfMaterials[] {
  const subject = describedBy(bill);
  const isSame = (other: BillOfMaterials) => subject !== null && describedBy(other) === subject;
  return known.filter((other) => other.id !== bill.id && (isOfAll || isSame(other)));
}

function readingOf(text: string, at: EpochMs): BillReading {
  if (!isSoftwareInventory(text)) return readBill(text);
  const inventory = readSoftwareInventory(text, at);
  return inventory.ok ? softwareBill(inventory.events, inventory.device) : inventory;
}

/** The device that the operator names, or the bill does: by an id, or by the name in the inventory. */
function deviceOf({ engine }: FleetState, { path, device }: BillFile, named: string | null): EntityId {
  const wanted = device ?? named;
  if (wanted === null) {
    throw new OperationError('unknown_entity', `${path} does not say whose it is: give --device ID`);
  }
  if (isEntityId(wanted) && engine.directory.profile(wanted) !== null) return wanted;
  const entry = [...engine.directory.inventory.entries()].find(({ name }) => name === wanted);
  if (entry !== undefined) return entry.id;
  const nearest = engine.directory.nearest(wanted, 3);
  const hint = nearest.length === 0 ? '' : `; the nearest are ${nearest.join(', ')}`;
  const who =
    device === null
      ? `${path} names "${wanted}", which is no known device: give --device ID`
      : `No device "${wanted}" is known`;
  throw new OperationError('unknown_entity', `${who}${hint}`);
}
