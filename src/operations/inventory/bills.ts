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
import type { BillRemoveArgs, BillResult, BillsRemoved } from '../operations.ts';
import { changeOrTry } from './trying.ts';

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
export async function importBill(state: FleetState, file: BillFile, at: () => EpochMs): Promise<BillResult> {
  const { path, text, dryRun } = file;
  const reading = readingOf(text, at());
  if (!reading.ok) {
    throw new OperationError('invalid_bill', `${path} is refused as a bill of materials: ${reading.message}`);
  }
  const { leftOut, findings } = reading;
  const bill = knownByName(reading.bill, path);
  const counts = { components: bill.components.length, leftOut, findings };
  return await changeOrTry(state, dryRun, () => {
    const { record, ...told } = takingOver(state, file, bill, deviceOf(state, file, reading.device), at());
    return { record, answer: () => ({ path, format: bill.format, ...counts, ...told }) };
  });
}

/** What a bill changes for a device, as things stand. @throws OperationError where it is too much */
function takingOver(
  state: FleetState,
  { path, replace, actor }: BillFile,
  bill: BillOfMaterials,
  entity: EntityId,
  at: EpochMs,
) {
  const { book } = state.engine.weaknesses;
  const before = book.billOf(entity, bill.id);
  const known = book.billsOf(entity);
  const outdated = outdatedBy(bill, known, replace);
  const gone = before === null ? outdated : [...outdated, before];
  const newer = replace || bill.format === 'ocsf' ? undefined : gone.find((each) => isNewerBill(each, bill));
  if (newer !== undefined)
    return { record: null, device: entity, changed: false, replaced: [], newer: newer.id };
  const isNews = before === null || JSON.stringify(before) !== JSON.stringify(bill);
  const replaces = outdated.map(({ id }) => id);
  checkBounds({ bill, path, entity }, { gone, known, total: book.componentCount });
  const changed = isNews || replaces.length > 0;
  const going = replaces.length === 0 ? {} : { replaces };
  const record = { kind: 'components', at, entity, bill, ...going, actor } as const;
  const replaced = isNews ? gone.map(({ id }) => id) : replaces;
  return { record: changed ? record : null, device: entity, changed, replaced, newer: null };
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

/** Takes bills of materials back, under whichever of its ids they were imported. */
export async function removeBills(
  state: FleetState,
  { device, bill, dryRun, actor }: BillRemoveArgs,
  at: () => EpochMs,
): Promise<BillsRemoved> {
  const entity = entityNamed(state, device, `No device "${device}" is known`);
  const { book } = state.engine.weaknesses;
  const { directory } = state.engine;
  const own = [...book.installedOn()].filter((id) => directory.canonical(id) === directory.canonical(entity));
  const known = own.flatMap((id) => book.billsOf(id).map((each) => ({ id, each })));
  const going = known.filter(({ each }) => bill === null || each.id === bill);
  if (going.length === 0) {
    const all = known.map(({ each }) => each.id);
    const hint = all.length === 0 ? 'it has none' : `it has ${all.join(', ')}`;
    const what = bill === null ? 'bill of materials' : `bill of materials "${bill.slice(0, 80)}"`;
    throw new OperationError('unknown_bill', `${entity} has no ${what}: ${hint}. Nothing was removed.`);
  }
  const removed = await Promise.all(
    [...new Set(going.map(({ id }) => id))].map((id) =>
      changeOrTry(state, dryRun, () => taking(state, { id, bill, actor, at: at() })),
    ),
  );
  return { dryRun, device: entity, removed: removed.flat() };
}

/** As things stand when its turn has come: another may have taken them back meanwhile. */
function taking(
  state: FleetState,
  {
    id,
    bill,
    actor,
    at,
  }: Pick<BillRemoveArgs, 'bill' | 'actor'> & { readonly id: EntityId; readonly at: EpochMs },
) {
  const known = state.engine.weaknesses.book.billsOf(id);
  const going = known.filter((each) => bill === null || each.id === bill);
  const replaces = going.map((each) => each.id);
  const empty = { id: replaces[0] ?? '', format: 'cyclonedx', created: null, components: [] } as const;
  const record = { kind: 'components', at, entity: id, bill: empty, replaces, actor } as const;
  return {
    record: going.length === 0 ? null : record,
    answer: () => going.map((each) => ({ id: each.id, components: each.components.length })),
  };
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

/** The device that the operator names, or the bill does. */
function deviceOf(state: FleetState, { path, device }: BillFile, named: string | null): EntityId {
  const wanted = device ?? named;
  if (wanted === null) {
    throw new OperationError('unknown_entity', `${path} does not say whose it is: give --device ID`);
  }
  const who =
    device === null
      ? `${path} names "${wanted}", which is no known device: give --device ID`
      : `No device "${wanted}" is known`;
  return entityNamed(state, wanted, who);
}

/** By an id, or by the name in the inventory. */
function entityNamed({ engine }: FleetState, wanted: string, problem: string): EntityId {
  if (isEntityId(wanted) && engine.directory.profile(wanted) !== null) return wanted;
  const entry = [...engine.directory.inventory.entries()].find(({ name }) => name === wanted);
  if (entry !== undefined) return entry.id;
  const nearest = engine.directory.nearest(wanted, 3);
  const hint = nearest.length === 0 ? '' : `; the nearest are ${nearest.join(', ')}`;
  throw new OperationError('unknown_entity', `${problem}${hint}`);
}
