import { formatNetwork, parseNetwork } from '../../model/index.ts';
import type { Place } from './place.ts';
import { both, type Labels, NAMESPACE, readSelector } from './selectors.ts';
import type { Direction, Isolation, Peer, Traffic } from './traffic.ts';

/** The label that Kubernetes puts on every namespace. */
const NAME_OF_NAMESPACE = 'kubernetes.io/metadata.name';

/** What one NetworkPolicy (networking.k8s.io/v1) says. */
export function readNetworkPolicy(manifest: Place, traffic: Traffic[], isolations: Isolation[]): void {
  const metadata = manifest.at('metadata');
  const namespace = metadata.at('namespace').isThere ? metadata.at('namespace').text() : 'default';
  const name = metadata.at('name').text();
  const spec = manifest.at('spec');
  if (!spec.isObject()) return;
  spec.only(['podSelector', 'policyTypes', 'ingress', 'egress']);
  if (name === null || namespace === null) return;
  const own = readSelector(spec.at('podSelector'), (key) => key);
  const workloads = both([[`${NAMESPACE}=${namespace}`]], own);
  if (workloads === null) return;
  for (const direction of directionsOf(spec)) {
    const full = `${namespace}_${name}_${direction}`;
    isolations.push({ name: full, direction, workloads });
    for (const rule of spec.at(direction).items()) {
      const ends = direction === 'egress' ? 'to' : 'from';
      if (!rule.isObject()) continue;
      rule.only([ends, 'ports']);
      const peers = peersOf(rule.at(ends), direction, namespace);
      const services = servicesOf(rule.at('ports'));
      traffic.push({ name: full, direction, verdict: 'allow', workloads, peers, services, isolates: true });
    }
  }
}

/** Ingress always, egress where there are rules for it, unless the policy says itself. */
function directionsOf(spec: Place): readonly Direction[] {
  const types = spec.at('policyTypes').items();
  if (types.length === 0) return spec.at('egress').items().length > 0 ? ['ingress', 'egress'] : ['ingress'];
  return types.flatMap((type): Direction[] => {
    if (type.value === 'Ingress') return ['ingress'];
    if (type.value === 'Egress') return ['egress'];
    type.refuse('must be Ingress or Egress');
    return [];
  });
}

function peersOf(list: Place, direction: Direction, namespace: string): readonly Peer[] {
  const items = list.items();
  if (items.length === 0) return [{ kind: 'anyone' }];
  return items.flatMap((item) => {
    if (!item.isObject()) return [];
    item.only(['podSelector', 'namespaceSelector', 'ipBlock']);
    const selectors = [item.at('podSelector'), item.at('namespaceSelector')].filter(({ isThere }) => isThere);
    if (item.at('ipBlock').isThere === selectors.length > 0) {
      item.refuse('must have podSelector, namespaceSelector or both, or ipBlock alone');
      return [];
    }
    if (selectors.length === 0) return networkOf(item.at('ipBlock'), direction);
    return (workloadsOf(item, namespace) ?? []).map((labels): Peer => ({ kind: 'workloads', labels }));
  });
}

function workloadsOf(item: Place, namespace: string): readonly Labels[] | null {
  const pods = readSelector(item.at('podSelector'), (key) => key);
  const selector = item.at('namespaceSelector');
  if (!selector.isThere) return both([[`${NAMESPACE}=${namespace}`]], pods);
  const namespaces = readSelector(selector, (key, at) => {
    if (key === NAME_OF_NAMESPACE) return NAMESPACE;
    at.refuse(
      `must select namespaces by ${NAME_OF_NAMESPACE}: other labels of a namespace are not known here`,
    );
    return null;
  });
  return both(namespaces, pods);
}

/** A block of addresses, some of it left out. Who opens a connection to us from such is no entity of the fleet. */
export function networkOf(block: Place, direction: Direction): readonly Peer[] {
  if (!block.isObject()) return [];
  block.only(['cidr', 'except']);
  if (direction === 'ingress') {
    block.refuse('cannot be expressed: who opens a connection is an entity of the fleet, selected by labels');
    return [];
  }
  const network = networkIn(block.at('cidr'));
  const except = block
    .at('except')
    .items()
    .flatMap((each) => networkIn(each) ?? []);
  return network === null ? [] : [{ kind: 'network', network, except }];
}

export function networkIn(place: Place): string | null {
  const network = typeof place.value === 'string' ? parseNetwork(place.value) : null;
  if (network !== null) return formatNetwork(network);
  place.refuse('must be an address or a CIDR block, e.g. 10.0.2.0/24');
  return null;
}

function servicesOf(ports: Place): readonly string[] | null {
  const items = ports.items();
  return items.length === 0 ? null : items.flatMap(portOf);
}

/** The services of a port as Kubernetes and Cilium write it. */
export function portOf(port: Place): readonly string[] {
  if (!port.isObject()) return [];
  port.only(['protocol', 'port', 'endPort']);
  const protocols = protocolsOf(port.at('protocol'));
  const first = port.at('port');
  const end = port.at('endPort');
  if (!first.isThere) {
    if (end.isThere) end.refuse('needs a port that the range begins with');
    return protocols;
  }
  const numbers = [first, end.isThere ? end : first].map((each) => numberIn(each));
  const [from = null, to = null] = numbers;
  if (from === null || to === null) return [];
  if (to < from) end.refuse('must be no less than the port');
  return protocols.map((protocol) => (from === to ? `${protocol}/${from}` : `${protocol}/${from}-${to}`));
}

function protocolsOf(protocol: Place): readonly string[] {
  if (!protocol.isThere || protocol.value === 'TCP') return ['tcp'];
  if (protocol.value === 'UDP') return ['udp'];
  if (protocol.value === 'SCTP') return ['other'];
  if (protocol.value === 'ANY') return ['tcp', 'udp'];
  protocol.refuse('must be TCP, UDP or SCTP');
  return [];
}

function numberIn(place: Place): number | null {
  const port =
    typeof place.value === 'string' && /^\d+$/.test(place.value) ? Number(place.value) : place.value;
  if (typeof port === 'number' && Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  place.refuse('must be a number from 1 to 65535: which port a name stands for is not known here');
  return null;
}
