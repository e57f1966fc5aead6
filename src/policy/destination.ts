import {
  type Address,
  type DestinationSelector,
  type FingerprintOfName,
  networkContains,
  parseNetwork,
  type SealedName,
  type ThreatCategory,
} from '../model/index.ts';

/** What a connection went to, or what is asked about. */
export interface PolicyDestination {
  readonly address: Address | null;
  readonly name: SealedName | null;
  readonly categories: readonly ThreatCategory[];
  /** Its kind where it is an entity of the fleet. */
  readonly kind: string | null;
  readonly internal: boolean;
  readonly port: number | null;
}

export type DestinationTest = (destination: PolicyDestination) => boolean;

/** The places of a selector as tests; none: every destination. Ports are not places. */
function placesOf(selector: DestinationSelector, fingerprint: FingerprintOfName): DestinationTest[] {
  const tests: DestinationTest[] = [];
  const { networks, domains, categories, kinds, internal } = selector;
  if (networks !== undefined) tests.push(inNetworks(networks));
  if (domains !== undefined) tests.push(inDomains(domains, fingerprint));
  if (categories !== undefined) tests.push((to) => to.categories.some((each) => categories.includes(each)));
  if (kinds !== undefined) tests.push((to) => to.kind !== null && kinds.includes(to.kind));
  if (internal !== undefined) tests.push((to) => to.internal === internal);
  return tests;
}

/** Compiles a selector: one of its places and, where given, one of its ports. */
export function compileSelector(
  selector: DestinationSelector,
  fingerprint: FingerprintOfName,
): DestinationTest {
  const places = placesOf(selector, fingerprint);
  const { ports } = selector;
  return (to) =>
    (ports === undefined || (to.port !== null && ports.includes(to.port))) &&
    (places.length === 0 || places.some((place) => place(to)));
}

function inNetworks(texts: readonly string[]): DestinationTest {
  const networks = texts.map((text) => {
    const network = parseNetwork(text);
    // The policy file's reader lets nothing else pass.
    if (network === null) throw new TypeError('a policy names a network that is none');
    return network;
  });
  return ({ address }) => address !== null && networks.some((network) => networkContains(network, address));
}

/**
 * At or above a name's registrable domain the clear text decides; below it the fingerprints of the
 * full name and of its parents do.
 */
function inDomains(domains: readonly string[], fingerprint: FingerprintOfName): DestinationTest {
  const sealed = new Set(domains.map(fingerprint));
  return ({ name }) => {
    if (name === null) return false;
    if (domains.some((domain) => name.domain === domain || name.domain.endsWith(`.${domain}`))) return true;
    return sealed.has(name.fingerprint) || name.parents.some((parent) => sealed.has(parent));
  };
}
