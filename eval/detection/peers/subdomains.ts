import type { Observation } from '../../../src/model/index.ts';
import { registrable } from '../telemetry/registrable.ts';

/** RITA's lowest step for "C2 over DNS". */
export const SUBDOMAINS_ALARM = 100;

export interface NamesOfDomain {
  readonly client: string;
  readonly domain: string;
  readonly queries: number;
  /** Distinct names below the domain. */
  readonly names: number;
}

/** What each client asked of each registrable domain. */
export function namesByDomain(observations: readonly Observation[]): readonly NamesOfDomain[] {
  const groups = new Map<string, { client: string; domain: string; queries: number; names: Set<string> }>();
  for (const each of observations) {
    if (each.kind !== 'dns' || each.query === null) continue;
    const [client, domain] = [each.from.address, registrable(each.query)];
    const key = `${client} ${domain}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { client, domain, queries: 0, names: new Set() }));
    group.queries++;
    group.names.add(each.query);
  }
  return [...groups.values()].map(({ names, ...group }) => ({ ...group, names: names.size }));
}
