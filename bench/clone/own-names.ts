import type { Engine } from '../../src/engine/index.ts';
import type { EntityId } from '../../src/model/index.ts';
import type { CopiedFleet } from './fleet.ts';

/** Entries of the inventory that are compared. */
const ENTRIES_COMPARED = 500;

/** The directory knows an entity of a copy as it knows the model, each under its own names and addresses. */
export function refuseOtherNames(model: Engine, copied: CopiedFleet, id: EntityId, copy: number): void {
  const own = copied.idOf(id, copy);
  const [{ directory: ofModel }, { directory: ofCopy }] = [model, copied.engine];
  refuseOther(
    own,
    copied.saidOf(withoutFirmware(ofModel.profile(id)), copy),
    withoutFirmware(ofCopy.profile(own)),
  );
  const addresses = ofModel.addressesOf(id, model.now);
  refuseOther(own, copied.saidOf(addresses, copy), ofCopy.addressesOf(own, model.now));
  for (const address of ofCopy.addressesOf(own, model.now)) {
    if (ofCopy.holdersOf(address, model.now).includes(ofCopy.canonical(own) as never)) continue;
    throw new Error(`bench: ${address} of ${own} leads to somebody else`);
  }
}

/** The last import names every copy's devices, in the same order. */
export function refuseOtherInventory(model: Engine, copied: CopiedFleet): void {
  const entries = [...model.directory.inventory.entries()];
  const { inventory } = copied.engine.directory;
  refuseOther('the inventory', entries.length * copied.copies, inventory.size);
  const stride = Math.ceil(inventory.size / ENTRIES_COMPARED);
  let nth = 0;
  for (const entry of inventory.entries()) {
    const ofModel = entries[nth % entries.length];
    const copy = Math.floor(nth / entries.length);
    if (nth % stride === 0 && ofModel !== undefined) {
      refuseOther(entry.id, copied.saidOf(withoutFirmware(ofModel), copy), withoutFirmware(entry));
    }
    nth++;
  }
  refuseOther('what the inventory has', inventory.size, nth);
}

/** A version may look like an address, and is the same for all copies. */
function withoutFirmware(said: object | null): unknown {
  return said === null ? null : { ...said, firmware: null };
}

function refuseOther(whose: string, expected: unknown, found: unknown): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  throw new Error(
    `bench: ${whose} is not as its model:\n${JSON.stringify(expected)}\n${JSON.stringify(found)}`,
  );
}
