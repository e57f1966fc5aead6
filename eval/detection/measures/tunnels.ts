import { median } from '../metrics/median.ts';
import { namesByDomain, SUBDOMAINS_ALARM } from '../peers/subdomains.ts';
import { isControl, type Placement } from '../placement/place.ts';
import type { Attacked, Quiet, Round } from './judged.ts';

/** What asks less often is no tunnel that anybody could tell. */
const LEAST_QUERIES = 10;

interface TunnelFigures {
  readonly found: number | null;
  readonly of: number;
  readonly false: number;
}

export interface TunnelReport {
  readonly product: TunnelFigures & { readonly groups: number };
  readonly peers: Readonly<Record<'rita', TunnelFigures>>;
}

interface Tunnel {
  readonly life: Attacked;
  readonly placement: Placement;
}

/** (client, registrable domain). A trace is found where it is in at least half of its placements under a seed. */
export function measureTunnels(quiets: readonly Quiet[], rounds: readonly Round[]): TunnelReport {
  const judged = quiets.filter(({ background }) => background.uses.includes('tunnels'));
  const groups = judged.flatMap(({ background, hosts }) =>
    namesByDomain(background.observations).filter(({ client }) => hosts.includes(client)),
  );
  const tunnels = rounds.map((round) => round.flatMap(tunnelsIn));
  const of = new Set(tunnels.flat().map(({ placement }) => placement.trace.name)).size;
  const found = (isFound: (tunnel: Tunnel) => boolean) =>
    of === 0
      ? null
      : median(tunnels.filter(({ length }) => length > 0).map((some) => tracesFound(some, isFound)));
  return {
    product: {
      found: found(isSaid),
      of,
      false: judged.reduce((sum, quiet) => sum + falselySaid(quiet), 0),
      groups: groups.length,
    },
    peers: {
      rita: {
        found: found(hasManySubdomains),
        of,
        false: groups.filter(({ names }) => names >= SUBDOMAINS_ALARM).length,
      },
    },
  };
}

function tunnelsIn(life: Attacked): readonly Tunnel[] {
  return life.placements
    .filter(
      ({ trace, events }) =>
        trace.kinds.includes('tunnel') && events.filter(({ kind }) => kind === 'dns').length >= LEAST_QUERIES,
    )
    .map((placement) => ({ life, placement }));
}

function tracesFound(tunnels: readonly Tunnel[], isFound: (tunnel: Tunnel) => boolean): number {
  const byTrace = Map.groupBy(tunnels, ({ placement }) => placement.trace.name);
  return [...byTrace.values()].filter((some) => some.filter(isFound).length * 2 >= some.length).length;
}

function isSaid({ life, placement }: Tunnel): boolean {
  return life.lived.detections.some(
    ({ type, who, evidence }) =>
      type === 'dns_tunnel' && who === placement.host && isControl(placement, evidence[0]?.subject),
  );
}

function hasManySubdomains({ placement }: Tunnel): boolean {
  return namesByDomain(placement.events).some(
    ({ domain, names }) => placement.control.has(domain) && names >= SUBDOMAINS_ALARM,
  );
}

function falselySaid({ hosts, lived }: Quiet): number {
  const said = lived.detections.filter(({ type, who }) => type === 'dns_tunnel' && hosts.includes(who));
  return new Set(said.map(({ who, evidence }) => `${who} ${evidence[0]?.subject}`)).size;
}
