import type { EngineView, Supposition } from '../engine/index.ts';
import type { AnomalyId, EntityId, HypotheticalChange, PolicyId, ToolProblem } from '../model/index.ts';
import { asWritten, entityAsked, isProblem } from './asked-entity.ts';

/** What of each change an engine is asked; a problem names the change and the key. */
export function suppositionsOf(
  view: EngineView,
  changes: readonly HypotheticalChange[],
): readonly Supposition[] | ToolProblem {
  const suppositions: Supposition[] = [];
  for (const [index, change] of changes.entries()) {
    const supposition = suppositionOf(view, change, `changes.${index}`);
    if (isProblem(supposition)) return supposition;
    suppositions.push(supposition);
  }
  return suppositions;
}

function suppositionOf(view: EngineView, change: HypotheticalChange, at: string): Supposition | ToolProblem {
  const { kind } = change;
  if (kind === 'enforce_policy') return enforcement(view, change.policy, at);
  if (kind === 'close_anomaly') return closing(view, change, at);
  const entities = change.entities === undefined ? null : idsOf(view, change.entities);
  if (entities !== null && isProblem(entities)) return entities;
  if (kind === 'patch')
    return change.cve === undefined
      ? needed(at, 'cve', kind)
      : { kind, cve: change.cve.toUpperCase(), entities };
  return entities === null ? needed(at, 'entities', kind) : { kind, entities };
}

function enforcement(view: EngineView, policy: string | undefined, at: string): Supposition | ToolProblem {
  if (policy === undefined) return needed(at, 'policy', 'enforce_policy');
  const known = view.policies.find(({ id }) => id === policy);
  if (known?.mode === 'monitor') return { kind: 'enforce_policy', policy: known.id satisfies PolicyId };
  const watched = view.policies.filter(({ mode }) => mode === 'monitor').map(({ id }) => id);
  return {
    code: 'invalid_input',
    message: `"${at}.policy" was "${asWritten(policy)}", ${known === undefined ? 'no policy that is loaded' : 'enforced already'}; allowed is one in monitor mode`,
    nearest: watched.slice(0, 5),
  };
}

function closing(
  view: EngineView,
  { anomaly, verdict }: HypotheticalChange,
  at: string,
): Supposition | ToolProblem {
  if (anomaly === undefined) return needed(at, 'anomaly', 'close_anomaly');
  if (verdict === undefined) return needed(at, 'verdict', 'close_anomaly: false_positive or remediated');
  for (const { id, entity } of view.anomalies())
    if (id === anomaly) return { kind: 'close_anomaly', anomaly: id satisfies AnomalyId, entity, verdict };
  return {
    code: 'invalid_input',
    message: `"${at}.anomaly" was "${asWritten(anomaly)}", no anomaly that is known; take one of list_anomalies`,
    nearest: [],
  };
}

function idsOf(view: EngineView, asked: readonly string[]): readonly EntityId[] | ToolProblem {
  const ids = new Set<EntityId>();
  for (const id of asked) {
    const entity = entityAsked(view, id);
    if (isProblem(entity)) return entity;
    ids.add(entity.id);
  }
  return [...ids];
}

function needed(at: string, key: string, kind: string): ToolProblem {
  return { code: 'invalid_input', message: `"${at}.${key}" is required for ${kind}`, nearest: [] };
}
