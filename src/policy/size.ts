import { type DestinationSelector, LIMITS, type Policy, PROTOCOLS } from '../model/index.ts';
import { lengthFor } from './bits.ts';
import { parseService } from './services.ts';

/**
 * What is to be said against the size of rules that are to be in force together; `null`: nothing. A file of a few
 * megabytes can ask for far more: a group stands in every rule that names it, and each place at which some rule begins
 * or ends has a bit for every rule.
 */
export function sizeComplaint(policies: readonly Policy[]): string | null {
  const members = policies.reduce((sum, policy) => sum + membersOf(policy), 0);
  if (members > LIMITS.policyGroupMembers)
    return `name groups of ${members} members in all, each as often as a rule names it; allowed are ${LIMITS.policyGroupMembers}: select by tag or kind, or name a group in fewer rules`;
  const bytes = tableBytes(policies);
  if (bytes > LIMITS.policyTableBytes)
    return `come to tables of ${inMegabytes(bytes)} MB, allowed are ${inMegabytes(LIMITS.policyTableBytes)}: name larger networks and ranges of ports, and put what is decided alike into one rule`;
  return null;
}

function membersOf({ subject, destination }: Policy): number {
  return [subject, destination, destination.except ?? {}]
    .flatMap(({ groups }) => groups ?? [])
    .flatMap(({ ids, kinds, types, tags, labels, sites }) => [ids, kinds, types, tags, labels, sites])
    .reduce((sum, list) => sum + (list?.length ?? 0), 0);
}

/** At most so much: what is cut twice at one place is counted once. */
function tableBytes(policies: readonly Policy[]): number {
  const matches = policies.map(({ destination }) => destination);
  const excepts = matches.flatMap(({ except }) => except ?? []);
  return 4 * lengthFor(policies.length) * (setsOf(matches) + setsOf(excepts));
}

function setsOf(selectors: readonly DestinationSelector[]): number {
  const networks = new Set<string>();
  const domains = new Set<string>();
  const ofAll = new Set<number>();
  const byProtocol = new Map(PROTOCOLS.map((protocol) => [protocol, new Set<number>()]));
  for (const each of selectors) {
    for (const network of each.networks ?? []) networks.add(network);
    for (const domain of each.domains ?? []) domains.add(domain);
    for (const port of each.ports ?? []) ofAll.add(port).add(port + 1);
    for (const text of each.services ?? []) {
      const service = parseService(text);
      if (service?.ports)
        byProtocol
          .get(service.protocol)
          ?.add(service.ports[0])
          .add(service.ports[1] + 1);
    }
  }
  let cuts = ofAll.size;
  for (const own of byProtocol.values()) cuts += own.union(ofAll).size;
  // Networks begin and end; domains are known by text and by fingerprint; ports are joined with what has none.
  return 2 * (networks.size + domains.size + cuts);
}

function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1_048_576);
}
