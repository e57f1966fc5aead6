import type { FleetState } from '../../data-directory/index.ts';
import { createEngineView } from '../../engine/index.ts';
import {
  diffInventory,
  inventoryFormatOf,
  type InventorySeals,
  readInventory,
  sealInventory,
} from '../../entities/index.ts';
import { readTextFile } from '../../knowledge/index.ts';
import {
  type DeviceId,
  type EntityId,
  type EpochMs,
  isEntityId,
  LIMITS,
  type SiteId,
} from '../../model/index.ts';
import type { Sealer } from '../../privacy/index.ts';
import { OperationError } from '../../refusals/index.ts';
import { isSoftwareInventory } from '../../sources/index.ts';
import { isBill } from '../../vulnerabilities/index.ts';
import type {
  EnrolArgs,
  EnrolResult,
  IdentityArgs,
  IdentityResult,
  InventoryArgs,
  InventoryResult,
} from '../operations.ts';
import { importBill } from './bills.ts';
import { changeOrTry } from './trying.ts';

/** The inventory's MACs and host names as the journal holds them. */
export function inventorySeals(sealer: Sealer): InventorySeals {
  return {
    sealMac: (mac) => sealed('mac', sealer.sealMac(mac)).fingerprint,
    sealSerial: (serial) => sealer.sealSerial(serial),
    sealHostName: (hostName) => sealed('host name', sealer.sealHostName(hostName)),
  };
}

function sealed<T>(kind: string, value: T | null): T {
  // The reader of inventory files lets only well-formed ones pass.
  if (value !== null) return value;
  throw new OperationError('invalid_inventory', `The inventory has a ${kind} that identifies nothing`);
}

/** An import is a difference: what is added, what changed, what the file no longer has (reported, not deleted). */
export async function importInventory(
  state: FleetState,
  { path, dryRun, device, replace, actor, site }: InventoryArgs & { readonly site: SiteId },
  at: () => EpochMs,
): Promise<InventoryResult> {
  const text = await readTextFile(path, 'inventory', LIMITS.billBytes);
  if (isBill(text) || isSoftwareInventory(text)) {
    const bill = await importBill(state, { path, text, device, dryRun, replace, actor }, at);
    return { dryRun, added: [], changed: [], missing: [], unchanged: 0, bills: [bill] };
  }
  const format = inventoryFormatOf(path);
  if (format === null) {
    throw new OperationError(
      'unknown_format',
      `${path} is no inventory file by its name; allowed are .yaml, .yml, .json and .csv`,
    );
  }
  const reading = readInventory(text, format, site);
  if (!reading.ok) {
    const lines = reading.errors.map(
      ({ line, field, message }) => `  ${path}:${line ?? '?'} ${field ?? ''}: ${message}`,
    );
    const rest = reading.more > 0 ? [`  … and ${reading.more} more`] : [];
    throw new OperationError(
      'invalid_inventory',
      ['The inventory was refused whole:', ...lines, ...rest].join('\n'),
    );
  }
  const entries = sealInventory(reading.entries, inventorySeals(state.sealer));
  return await changeOrTry(state, dryRun, () => {
    const { added, changed, missing, unchanged } = diffInventory(
      [...state.engine.directory.inventory.entries()],
      entries,
    );
    const hasNews = added.length + changed.length + missing.length > 0;
    return {
      record: hasNews ? { kind: 'inventory', at: at(), entries, actor } : null,
      answer: () => ({
        dryRun,
        added: [...added],
        changed: [...changed],
        missing: [...missing],
        unchanged: count(unchanged),
        bills: [],
      }),
    };
  });
}

function count(unchanged: number | readonly unknown[]): number {
  return typeof unchanged === 'number' ? unchanged : unchanged.length;
}

/** The operator adopts discovered entities whose id, kind, maker, site or known address contains the text. */
export async function enrolDiscovered(
  state: FleetState,
  { match, dryRun, actor, reason }: EnrolArgs,
  at: () => EpochMs,
): Promise<EnrolResult> {
  return await changeOrTry(state, dryRun, () => {
    const entities = discovered(state, match.toLowerCase());
    return {
      record: entities.length === 0 ? null : { kind: 'enrol', at: at(), entities, actor, reason },
      answer: () => ({ dryRun, enrolled: entities }),
    };
  });
}

function discovered({ engine }: FleetState, wanted: string): EntityId[] {
  const found: EntityId[] = [];
  for (const entity of createEngineView(engine).entities()) {
    const { id, profile } = entity;
    if (profile.enrolment.state !== 'discovered') continue;
    const texts = [
      id,
      ...entity.addresses(),
      profile.kind,
      profile.manufacturer,
      profile.model,
      profile.site,
    ];
    if (wanted === '*' || texts.some((text) => text?.toLowerCase().includes(wanted))) found.push(id);
  }
  return found;
}

/** Two ids are one machine, or are taken apart again: on record, reversible. */
export async function changeIdentity(
  state: FleetState,
  kind: 'merge' | 'split',
  { from, into, actor, reason }: IdentityArgs,
  at: () => EpochMs,
): Promise<IdentityResult> {
  return await state.change(() => {
    const { directory } = state.engine;
    const pair = { from: knownDevice(state, from), into: knownDevice(state, into) };
    const isOne = directory.canonical(pair.from) === directory.canonical(pair.into);
    if (kind === 'merge' && isOne)
      throw new OperationError('same_entity', `${from} and ${into} are one entity already`);
    if (kind === 'split' && !isOne)
      throw new OperationError('not_merged', `${from} was not merged into ${into}`);
    return {
      record: { kind, at: at(), ...pair, actor, reason },
      answer: () => ({ kind: kind === 'merge' ? 'merged' : 'split', from, into }),
    };
  });
}

function knownDevice({ engine }: FleetState, id: string): DeviceId {
  if (isEntityId(id) && id.startsWith('dev_') && engine.directory.profile(id) !== null) return id as DeviceId;
  const nearest = engine.directory.nearest(id, 3);
  const hint = nearest.length === 0 ? '' : `; the nearest are ${nearest.join(', ')}`;
  throw new OperationError('unknown_entity', `No device with the id "${id}" is known${hint}`);
}
