import { addressOf, addressValue, type Address, parseAddress } from '../../model/index.ts';
import { type Entry, networkEntry } from './entry.ts';

const IPV4_BITS = 32;
/** `first-last`, or as DShield's block list has it: `first<TAB>last<TAB>prefix`. */
const RANGE = /^(\d+(?:\.\d+){3})(?:\s*-\s*|\t)(\d+(?:\.\d+){3})(?:\s|$)/;

/** The blocks that make up a range of IPv4 addresses; `null` for a line that gives none. */
export function rangeEntries(line: string): readonly Entry[] | null {
  const [, begin = '', end = ''] = RANGE.exec(line) ?? [];
  const [first, last] = [parseAddress(begin), parseAddress(end)];
  if (first === null || last === null) return null;
  const [from, to] = [numberOf(first), numberOf(last)];
  return from > to ? [{ kind: 'refused', reason: 'invalid_network' }] : blocksOf(from, to);
}

/** The largest blocks that begin where they must and do not reach beyond the end: 62 at most (RFC 4632 §3.1). */
function blocksOf(from: number, to: number): readonly Entry[] {
  const blocks: Entry[] = [];
  for (let at = from; at <= to; ) {
    let bits = 0;
    while (bits < IPV4_BITS && at % 2 ** (bits + 1) === 0 && at + 2 ** (bits + 1) - 1 <= to) bits++;
    blocks.push(networkEntry(`${addressOf(4, BigInt(at))}/${IPV4_BITS - bits}`));
    at += 2 ** bits;
  }
  return blocks;
}

function numberOf(address: Address): number {
  return Number(addressValue(address).value);
}
