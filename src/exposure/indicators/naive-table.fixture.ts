import ipaddr from 'ipaddr.js';
import { getDomain } from 'tldts';
import type { Feed, Listing } from '../../model/index.ts';
import type { Listed } from '../indicator-table.ts';

/** What a table should answer, by asking every listing: slow, and plain to see that it is right. */
export function naiveMatch(feeds: readonly Feed[], type: Listing['type'], value: string): Listed[] {
  return feeds
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .flatMap(({ id, lineage, asOf, listings }) =>
      [...listings].map((listing) => ({ ...listing, feed: id, lineage, feedAsOf: asOf })),
    )
    .filter((listed) => listed.type === type && isMeant(listed, value))
    .toSorted((a, b) => width(a) - width(b));
}

function isMeant({ type, value: listed }: Listing, value: string): boolean {
  if (listed === value) return true;
  if (type === 'hash') return false;
  if (type === 'domain') {
    // A public suffix has no registrable domain below or at it.
    const registrable = getDomain(value, { allowPrivateDomains: true });
    return registrable !== null && value.endsWith(`.${listed}`) && listed.length >= registrable.length;
  }
  if (!listed.includes('/')) return false;
  const address = ipaddr.parse(value);
  const [network, prefix] = ipaddr.parseCIDR(listed);
  return network.kind() === address.kind() && address.match(network, prefix);
}

/** Of all that lists one value, the shorter a name or prefix, the wider it is; an address alone is narrower than its block. */
function width({ type, value }: Listing): number {
  if (type === 'domain') return -value.length;
  return type === 'ip' && value.includes('/') ? 200 - Number(value.split('/')[1]) : 0;
}
