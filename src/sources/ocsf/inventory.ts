import type { Clear, InventoryReport } from '../../model/index.ts';
import { identity, instant, label, type OcsfMapping, version } from './ocsf-record.ts';

/** `device.type_id`. */
const DEVICE_KINDS: ReadonlyMap<number, string> = new Map([
  [1, 'server'],
  [2, 'desktop'],
  [3, 'laptop'],
  [4, 'tablet'],
  [5, 'mobile'],
  [6, 'virtual_machine'],
  [7, 'iot'],
  [9, 'firewall'],
  [10, 'switch'],
  [11, 'hub'],
  [12, 'router'],
  [13, 'ids'],
  [14, 'ips'],
  [15, 'load_balancer'],
]);

/**
 * Device inventory info (5001). The firmware is the release of the system that the device runs
 * (`os.version`): OCSF has no other field for it but the BIOS of a PC.
 */
export const mapInventory: OcsfMapping = (record) => {
  const { fields, provenance } = record;
  const time = instant(record);
  const device = fields.require('device', fields.child('device'));
  if (time === null || device === null) return null;
  const known = device.require('ip', identity(device));
  if (known === null) return null;
  const report: InventoryReport<Clear> = {
    kind: 'inventory',
    time,
    provenance,
    ...known,
    deviceKind: DEVICE_KINDS.get(device.count('type_id') ?? -1) ?? null,
    manufacturer: label(device.text('vendor_name')),
    model: label(device.text('model')),
    firmware: version(device.child('os')?.text('version') ?? null),
  };
  return [report];
};
