import { type Address, addressValue, type SiteId } from '../model/index.ts';

/** Bits of an address that belong to the host: a network of offices is a /24 most often, and of IPv6 a /64 always (RFC 4291). */
const HOST_BITS = { 4: 8n, 6: 64n } as const;

/** A number for the site and the network that an address is of, never 0; the same on each machine (FNV-1a). */
export function placeOfUse(site: SiteId, address: Address): number {
  const { family, value } = addressValue(address);
  const text = `${site} ${family} ${value >> HOST_BITS[family]}`;
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  return hash >>> 0 || 1;
}
