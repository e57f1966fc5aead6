import { type Network, networkContains, parseAddress, parseNetwork } from '../../../src/model/index.ts';

/** Whether an address lies in one of these blocks. @throws RangeError where a text is no CIDR block */
export function membership(blocks: readonly string[]): (address: string) => boolean {
  const networks = blocks.map((text): Network => {
    const network = parseNetwork(text);
    if (network === null) throw new RangeError(`networks: "${text}" is no CIDR block; write e.g. 10.0.0.0/8`);
    return network;
  });
  const known = new Map<string, boolean>();
  return (address) => {
    let isMember = known.get(address);
    if (isMember === undefined) {
      const parsed = parseAddress(address);
      isMember = parsed !== null && networks.some((each) => networkContains(each, parsed));
      known.set(address, isMember);
    }
    return isMember;
  };
}
