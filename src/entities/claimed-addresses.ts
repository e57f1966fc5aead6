import type { Address } from '../model/index.ts';
import { LIMITS } from '../model/index.ts';
import type { Device } from './device.ts';
import { all, fewOf } from './few.ts';

/** Notes that a device claimed an address, so that those it holds are found: the latest last, the oldest forgotten. */
export function noteClaimed(device: Device, address: Address): void {
  const claimed = all(device.claimed);
  if (claimed.at(-1) === address) return;
  const list = [...claimed.filter((each) => each !== address), address];
  device.claimed = fewOf(list.length > LIMITS.addressesPerDevice ? list.slice(1) : list);
}
