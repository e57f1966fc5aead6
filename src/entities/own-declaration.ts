import type { Address, DeviceId, InventoryEntry, InventoryWorkload } from '../model/index.ts';

/** What no other device has in common with it. */
type Own = Pick<
  InventoryEntry,
  'id' | 'name' | 'addresses' | 'macs' | 'hostNames' | 'certificates' | 'workloads' | 'spiffeId' | 'serial'
>;

/** A list: `0` for an empty one, one text as it is; `null` for one that an old journal does not have. */
type SaidList = 0 | null | string | readonly unknown[];

/** The id only where it is another than the device's. What is as of most devices is left out at the end. */
type Said = readonly [
  id: InventoryEntry['id'] | 0,
  name: string | null,
  addresses?: SaidList,
  macs?: SaidList,
  hostNames?: SaidList,
  certificates?: SaidList,
  workloads?: SaidList,
  spiffeId?: SaidList,
  serial?: SaidList,
];

/** What of an entry is the device's own, as short as JSON says it: there is one for each device. */
export function sayOwn(entry: Own, device: DeviceId): string {
  const { id, name, addresses, macs, hostNames, certificates, workloads, spiffeId, serial } = entry;
  const lists = [addresses, macs, hostNames, certificates, workloads].map(sayList);
  if (spiffeId !== undefined || serial !== undefined) lists.push(spiffeId ?? 0, serial ?? 0);
  const length = lists.findLastIndex((list) => list !== 0) + 1;
  return JSON.stringify([id === device ? 0 : id, name, ...lists.slice(0, length)]);
}

/** What a text says; one of a state of version 3 says it by name. */
export function ownOf(text: string, device: DeviceId): Own {
  const said = JSON.parse(text) as Own | Said;
  if (!isBrief(said)) return said;
  const [id, name, addresses, macs, hostNames, certificates, workloads, spiffeId, serial] = said;
  return {
    id: id === 0 ? device : id,
    name,
    addresses: listOf(addresses) as readonly Address[],
    macs: listOf(macs) as readonly string[],
    hostNames: listOf(hostNames) as readonly string[],
    ...(certificates === null ? {} : { certificates: listOf(certificates) as readonly string[] }),
    workloads: listOf(workloads) as readonly InventoryWorkload[],
    ...(typeof spiffeId === 'string' ? { spiffeId } : {}),
    ...(typeof serial === 'string' ? { serial } : {}),
  };
}

function isBrief(said: Own | Said): said is Said {
  return Array.isArray(said);
}

function sayList(list: readonly unknown[] | undefined): SaidList {
  if (list === undefined) return null;
  if (list.length === 0) return 0;
  return list.length === 1 && typeof list[0] === 'string' ? list[0] : list;
}

function listOf(said: SaidList | undefined): readonly unknown[] {
  if (said === undefined || said === null || said === 0) return [];
  return typeof said === 'string' ? [said] : said;
}
