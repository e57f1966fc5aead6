import { LIMITS, type Policy } from '../../model/index.ts';
import type { PolicyFileError, YamlDocument } from '../yaml-text.ts';
import { readCiliumPolicy } from './cilium-policy.ts';
import { readNetworkPolicy } from './network-policy.ts';
import { Findings, isObject, Place } from './place.ts';
import { rulesOf } from './rules.ts';
import type { Isolation, Said, Traffic } from './traffic.ts';

export { rulesOf } from './rules.ts';
export type { Said } from './traffic.ts';

/** Policies of clusters: Kubernetes' NetworkPolicy and Cilium's, as `kubectl get -o yaml` and repositories hold them. */

export const TOO_MANY_RULES = `come to more than ${LIMITS.policies} rules: each end is set against each other; leave out namespaces that need no watching, or select more workloads by one manifest`;

/** Whether a document is a manifest, of whatever kind. */
export function isWorkloadPolicy(content: unknown): boolean {
  return (
    isObject(content) && typeof content['apiVersion'] === 'string' && typeof content['kind'] === 'string'
  );
}

/** Reads manifests together: in a cluster they add up. What cannot be expressed is refused with its place. */
export function readWorkloadPolicies(documents: readonly YamlDocument[]): {
  readonly policies: readonly Policy[];
  /** To be taken together with what other files say. */
  readonly said: Said;
  readonly errors: readonly PolicyFileError[];
} {
  const findings = new Findings();
  const traffic: Traffic[] = [];
  const isolations: Isolation[] = [];
  for (const document of documents) {
    readManifest(new Place(document.content, document, [], findings), traffic, isolations);
  }
  const said = { traffic, isolations };
  if (findings.errors.length > 0) return { policies: [], said, errors: findings.errors };
  const policies = rulesOf(said);
  const [first] = documents;
  if (policies === null && first !== undefined) findings.note(first, [], TOO_MANY_RULES);
  return { policies: policies ?? [], said, errors: findings.errors };
}

function readManifest(manifest: Place, traffic: Traffic[], isolations: Isolation[]): void {
  const [apiVersion, kind] = [manifest.at('apiVersion').value, manifest.at('kind').value];
  if (apiVersion === 'v1' && kind === 'List') {
    for (const item of manifest.at('items').items()) readManifest(item, traffic, isolations);
  } else if (apiVersion === 'networking.k8s.io/v1' && kind === 'NetworkPolicy') {
    readNetworkPolicy(manifest, traffic, isolations);
  } else if (
    apiVersion === 'cilium.io/v2' &&
    (kind === 'CiliumNetworkPolicy' || kind === 'CiliumClusterwideNetworkPolicy')
  ) {
    readCiliumPolicy(manifest, traffic, isolations);
  } else {
    manifest
      .at('kind')
      .refuse(
        'must be a NetworkPolicy (networking.k8s.io/v1), a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy (cilium.io/v2), or a List of them',
      );
  }
}
