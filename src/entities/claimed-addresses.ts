import { Table } from '../columns/index.ts';
import type { Address, StateReader, StateWriter } from '../model/index.ts';
import { LIMITS } from '../model/index.ts';
import type { Device } from './device.ts';
import { all, type Few, fewOf } from './few.ts';
import type { PooledTexts, TextPool } from './text-pool.ts';

/** The addresses that each device ever claimed, the latest last: where to look for those it holds. */
export class ClaimedAddresses {
  /** By the device's number. */
  readonly #claimed = new Map<number, Few<Address>>();

  of(device: Device): readonly Address[] {
    return all(this.#claimed.get(device.number) ?? null);
  }

  note(device: Device, address: Address): void {
    const claimed = this.of(device);
    if (claimed.at(-1) === address) return;
    const list = [...claimed.filter((each) => each !== address), address];
    this.#claimed.set(device.number, fewOf(list.length > LIMITS.addressesPerDevice ? list.slice(1) : list));
  }

  save(to: StateWriter, texts: TextPool): void {
    const { rows, device, address } = columns();
    for (const [number, addresses] of this.#claimed) {
      for (const each of all(addresses)) {
        const row = rows.add();
        device.set(row, number);
        address.set(row, texts.numberOf(each));
      }
    }
    rows.save(to);
  }

  load(from: StateReader, texts: PooledTexts): void {
    const { rows, device, address } = columns();
    rows.load(from);
    for (let row = 0; row < rows.end; row++) {
      const number = device.at(row);
      const before = this.#claimed.get(number);
      const claimed = texts.at(address.at(row)) as Address;
      this.#claimed.set(number, before === undefined ? claimed : fewOf([...all(before), claimed]));
    }
  }
}

function columns() {
  const rows = new Table();
  return { rows, device: rows.u32('device'), address: rows.u32('address') };
}
