export type { SharingReason, Merge } from './device.ts';
export type { DeviceIdFrom } from './devices.ts';
export type { DirectoryKeys, EnrolOutcome, IdentityChange, Observed } from './directory.ts';
export { Directory } from './directory.ts';
export type { InventoryOutcome } from './inventory.ts';
export type { InventoryDiff } from './inventory-diff.ts';
export { diffInventory } from './inventory-diff.ts';
