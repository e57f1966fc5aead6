import { asciiName } from '../../model/index.ts';
import { networkIn, networkOf, portOf } from './network-policy.ts';
import type { Place } from './place.ts';
import { both, type Labels, NAMESPACE, readSelector } from './selectors.ts';
import type { Direction, Isolation, Peer, Traffic } from './traffic.ts';

const NAMESPACE_LABELS = [
  'io.kubernetes.pod.namespace',
  'io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name',
];

/** What one CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy (cilium.io/v2) says. */
export function readCiliumPolicy(manifest: Place, traffic: Traffic[], isolations: Isolation[]): void {
  const metadata = manifest.at('metadata');
  const isOfCluster = manifest.at('kind').value === 'CiliumClusterwideNetworkPolicy';
  const given = metadata.at('namespace');
  const namespace = isOfCluster ? null : given.isThere ? given.text() : 'default';
  const name = metadata.at('name').text();
  if (name === null) return;
  const specs = manifest.at('specs').isThere ? manifest.at('specs').items() : [manifest.at('spec')];
  for (const spec of specs) readSpec(spec, { name, namespace }, traffic, isolations);
}

interface Named {
  readonly name: string;
  /** `null`: of the whole cluster. */
  readonly namespace: string | null;
}

function readSpec(
  spec: Place,
  { name, namespace }: Named,
  traffic: Traffic[],
  isolations: Isolation[],
): void {
  if (!spec.isObject() || !spec.at('endpointSelector').isObject()) return;
  spec.only([
    'endpointSelector',
    'description',
    'labels',
    'enableDefaultDeny',
    'ingress',
    'ingressDeny',
    'egress',
    'egressDeny',
  ]);
  const workloads = selected(spec.at('endpointSelector'), namespace);
  if (workloads === null) return;
  for (const direction of ['egress', 'ingress'] as const) {
    const full = `${namespace ?? 'cluster'}_${name}_${direction}`;
    const rulesBy = { allow: spec.at(direction).items(), deny: spec.at(`${direction}Deny`).items() };
    const isSpokenOf = rulesBy.allow.length + rulesBy.deny.length > 0;
    const isolates = defaultDeny(spec, direction) ?? isSpokenOf;
    if (isolates) isolations.push({ name: full, direction, workloads });
    for (const verdict of ['allow', 'deny'] as const) {
      const rules = rulesBy[verdict];
      for (const rule of rules) {
        const said = readRule(rule, direction, namespace);
        if (said !== null) traffic.push({ name: full, direction, verdict, workloads, isolates, ...said });
      }
    }
  }
}

/** What is said of it; `null`: nothing, so that whoever has rules is isolated. */
function defaultDeny(spec: Place, direction: Direction): boolean | null {
  const given = spec.at('enableDefaultDeny');
  given.only(['ingress', 'egress']);
  const own = given.at(direction);
  if (typeof own.value === 'boolean') return own.value;
  if (own.isThere) own.refuse('must be true or false');
  return null;
}

/** `null` for a rule that says nothing: `{}` allows nobody, it only isolates. */
function readRule(
  rule: Place,
  direction: Direction,
  namespace: string | null,
): Pick<Traffic, 'peers' | 'services'> | null {
  const [endpoints, entities, cidr, cidrSet] =
    direction === 'egress'
      ? (['toEndpoints', 'toEntities', 'toCIDR', 'toCIDRSet'] as const)
      : (['fromEndpoints', 'fromEntities', 'fromCIDR', 'fromCIDRSet'] as const);
  if (!rule.isObject()) return null;
  const names = direction === 'egress' ? ['toFQDNs'] : [];
  rule.only([endpoints, entities, cidr, cidrSet, ...names, 'toPorts']);
  const ends = [endpoints, entities, cidr, cidrSet, ...names].filter((key) => rule.at(key).isThere);
  const ports = rule.at('toPorts');
  if (ends.length === 0 && !ports.isThere) return null;
  const peers = [
    ...rule
      .at(endpoints)
      .items()
      .flatMap((each) => endpointsOf(each, namespace)),
    ...rule
      .at(entities)
      .items()
      .flatMap((each) => entityOf(each, direction)),
    ...rule
      .at(cidr)
      .items()
      .flatMap((each) => blockOf(each, direction)),
    ...rule
      .at(cidrSet)
      .items()
      .flatMap((each) => networkOf(each, direction)),
    ...(direction === 'egress' ? rule.at('toFQDNs').items().flatMap(domainOf) : []),
  ];
  return { peers: ends.length === 0 ? [{ kind: 'anyone' }] : peers, services: servicesOf(ports) };
}

/** Labels say their source: `k8s:app`, `any:app`. */
function selected(selector: Place, namespace: string | null): readonly Labels[] | null {
  const own = readSelector(selector, (key, at) => {
    const plain = key.replace(/^(?:k8s|any):/, '');
    if (/^(?:reserved|cidr|fqdn|container|node):/.test(key)) {
      at.refuse('must select workloads by labels of Kubernetes');
      return null;
    }
    return NAMESPACE_LABELS.includes(plain) ? NAMESPACE : plain;
  });
  const isNamespaced = own?.some((labels) => labels.some((each) => each.startsWith(`${NAMESPACE}=`)));
  return namespace === null || isNamespaced === true ? own : both([[`${NAMESPACE}=${namespace}`]], own);
}

function endpointsOf(selector: Place, namespace: string | null): readonly Peer[] {
  if (!selector.isObject()) return [];
  return (selected(selector, namespace) ?? []).map((labels): Peer => ({ kind: 'workloads', labels }));
}

function entityOf(entity: Place, direction: Direction): readonly Peer[] {
  if (entity.value === 'all') return [{ kind: 'anyone' }];
  if (entity.value === 'cluster') return [{ kind: 'workloads', labels: [] }];
  if (entity.value === 'world' && direction === 'egress') return [{ kind: 'outside' }];
  entity.refuse(
    direction === 'egress'
      ? 'must be all, cluster or world: other entities of Cilium are not known here'
      : 'must be all or cluster: who opens a connection is an entity of the fleet',
  );
  return [];
}

function blockOf(text: Place, direction: Direction): readonly Peer[] {
  if (direction === 'ingress') {
    text.refuse('cannot be expressed: who opens a connection is an entity of the fleet, selected by labels');
    return [];
  }
  const network = networkIn(text);
  return network === null ? [] : [{ kind: 'network', network, except: [] }];
}

/** A domain of ours covers all below it: a pattern for all below one comes closest, and a single name is wider than meant. */
function domainOf(fqdn: Place): readonly Peer[] {
  fqdn.only(['matchName', 'matchPattern']);
  const pattern = fqdn.at('matchPattern');
  const name = fqdn.at('matchName');
  const text = pattern.isThere ? String(pattern.value).replace(/^\*{1,2}\./, '') : String(name.value);
  const domain = text.includes('*') ? null : asciiName(text);
  if (domain !== null && domain.includes('.')) return [{ kind: 'domain', domain }];
  (pattern.isThere ? pattern : name).refuse('must be a domain name, or "*." and one');
  return [];
}

function servicesOf(ports: Place): readonly string[] | null {
  const items = ports.items();
  if (items.length === 0) return null;
  return items.flatMap((item) => {
    if (!item.isObject()) return [];
    item.only(['ports'], 'cannot be expressed: what is said in a connection is not looked into');
    const all = item.at('ports').items();
    if (all.length === 0) item.at('ports').refuse('must name ports');
    return all.flatMap(portOf);
  });
}
