import { parseService, type Service } from '../services.ts';
import type { Labels } from './selectors.ts';

/** The other end of what a rule speaks about. */
export type Peer =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'workloads'; readonly labels: Labels }
  | { readonly kind: 'network'; readonly network: string; readonly except: readonly string[] }
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'outside' };

export type Direction = 'egress' | 'ingress';

/** One rule of a manifest: between some workloads and some peers, by some services; `null`: by any. */
export interface Traffic {
  readonly name: string;
  readonly direction: Direction;
  readonly verdict: 'allow' | 'deny';
  readonly workloads: readonly Labels[];
  readonly peers: readonly Peer[];
  readonly services: readonly string[] | null;
  /** Its manifest isolates these workloads in this direction too; else what it allows counts only where another does. */
  readonly isolates: boolean;
}

/** Workloads of which everything in one direction is forbidden that no rule allows. */
export interface Isolation {
  readonly name: string;
  readonly direction: Direction;
  readonly workloads: readonly Labels[];
}

/** What manifests say, all together. */
export interface Said {
  readonly traffic: readonly Traffic[];
  readonly isolations: readonly Isolation[];
}

/** The services within both; `null`: any; empty: none. */
export function servicesInBoth(
  a: readonly string[] | null,
  b: readonly string[] | null,
): readonly string[] | null {
  if (a === null || b === null) return a ?? b;
  const [ours, theirs] = [a, b].map((each) => each.map(parseService).filter((service) => service !== null));
  return (ours ?? []).flatMap((one) => (theirs ?? []).flatMap((other) => common(one, other)));
}

function common(a: Service, b: Service): string[] {
  if (a.protocol !== b.protocol) return [];
  if (a.ports === null && b.ports === null) return [a.protocol];
  const first = Math.max(a.ports?.[0] ?? 0, b.ports?.[0] ?? 0);
  const last = Math.min(a.ports?.[1] ?? 65_535, b.ports?.[1] ?? 65_535);
  if (first > last) return [];
  return [first === last ? `${a.protocol}/${first}` : `${a.protocol}/${first}-${last}`];
}
