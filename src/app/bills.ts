import { type EntityId, type EpochMs, isEntityId, LIMITS } from '../model/index.ts';
import { isSoftwareInventory, readSoftwareInventory } from '../sources/index.ts';
import { type BillReading, readBill, softwareBill } from '../vulnerabilities/index.ts';
import type { FleetState } from './fleet-state.ts';
import { type BillResult, OperationError } from './operations.ts';

interface BillFile {
  readonly path: string;
  readonly text: string;
  /** Whose it is; `null` for whom it names itself. */
  readonly device: string | null;
  readonly dryRun: boolean;
  readonly actor: string;
}

/** Takes over what a bill of materials says is installed on a device, in the place of what it said before. */
export async function importBill(state: FleetState, file: BillFile, at: EpochMs): Promise<BillResult> {
  const { path, text, dryRun, actor } = file;
  const reading = readingOf(text, at);
  if (!reading.ok) {
    throw new OperationError('invalid_bill', `${path} is refused as a bill of materials: ${reading.message}`);
  }
  const { bill, leftOut } = reading;
  const entity = deviceOf(state, file, reading.device);
  const { book } = state.engine.weaknesses;
  const before = book.billOf(entity, bill.id);
  const changed = before === null || JSON.stringify(before) !== JSON.stringify(bill);
  const total = book.componentCount - (before?.components.length ?? 0) + bill.components.length;
  if (total > LIMITS.components) {
    throw new OperationError(
      'too_many_components',
      `${path}: with its ${bill.components.length} components there would be more than ${LIMITS.components} in all`,
    );
  }
  if (changed && !dryRun) await state.append({ kind: 'components', at, entity, bill, actor });
  return { path, device: entity, format: bill.format, components: bill.components.length, leftOut, changed };
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
