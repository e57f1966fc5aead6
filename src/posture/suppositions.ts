import type { EngineView, EntityView, Supposition } from '../engine/index.ts';
import type { AnomalyId, EntityType, HypotheticalChange, PolicyId, ToolProblem } from '../model/index.ts';
import { asWritten, entityAsked, isProblem } from './asked-entity.ts';

type Kind = HypotheticalChange['kind'];

/** Beside its kind, what each change is said by. */
const KEYS: Readonly<Record<Kind, readonly (keyof HypotheticalChange)[]>> = {
  update_firmware: ['entities'],
  replace_device: ['entities'],
  renew_certificate: ['entities'],
  enrol: ['entities'],
  patch: ['cve', 'component', 'entities'],
  enforce_policy: ['policy'],
  close_anomaly: ['anomaly', 'verdict'],
};

/** Who can undergo it; everybody where nothing is said. */
const ONLY: Readonly<Partial<Record<Kind, readonly EntityType[]>>> = {
  update_firmware: ['device'],
  replace_device: ['device'],
  renew_certificate: ['device', 'workload'],
  patch: ['device', 'workload'],
};

/** What of each change an engine is asked; a problem names the change and the key. */
export function suppositionsOf(
  view: EngineView,
  changes: readonly HypotheticalChange[],
): readonly Supposition[] | ToolProblem {
  const suppositions: Supposition[] = [];
  for (const [index, change] of changes.entries()) {
    const at = `changes.${index}`;
    const supposition =
      foreignKey(change, at) ??
      contradiction(changes.slice(0, index), change, at) ??
      suppositionOf(view, change, at);
    if (isProblem(supposition)) return supposition;
    suppositions.push(supposition);
  }
  return suppositions;
}

function suppositionOf(view: EngineView, change: HypotheticalChange, at: string): Supposition | ToolProblem {
  const { kind } = change;
  if (kind === 'enforce_policy') return enforcement(view, change.policy, at);
  if (kind === 'close_anomaly') return closing(view, change, at);
  const meant = change.entities === undefined ? null : entitiesOf(view, change.entities, kind, at);
  if (meant !== null && isProblem(meant)) return meant;
  const entities = meant === null ? null : [...new Set(meant.map(({ id }) => id))];
  if (kind === 'patch') {
    const { cve, component } = change;
    if (cve === undefined && component === undefined && entities === null)
      return needed(at, 'cve', 'patch: it, "component", or for all that is known of some, "entities"');
    return { kind, cve: cve?.toUpperCase() ?? null, component: component ?? null, entities };
  }
  return entities === null ? needed(at, 'entities', kind) : { kind, entities };
}

/** What a change of its kind does not look at would be passed over in silence. */
function foreignKey(change: HypotheticalChange, at: string): ToolProblem | null {
  const { kind, ...said } = change;
  const keys = Object.keys(said) as (keyof typeof said)[];
  const foreign = keys.find((key) => said[key] !== undefined && !KEYS[kind].includes(key));
  if (foreign === undefined) return null;
  const why =
    kind === 'enforce_policy' && foreign === 'entities'
      ? '; a policy is enforced for all that it is about: leave them out'
      : '';
  return invalid(
    `"${at}.${foreign}" is nothing that ${kind} takes; allowed beside "kind" is ${KEYS[kind].map((key) => `"${key}"`).join(', ')}${why}`,
  );
}

function contradiction(
  before: readonly HypotheticalChange[],
  { kind, anomaly, verdict }: HypotheticalChange,
  at: string,
): ToolProblem | null {
  if (kind !== 'close_anomaly' || anomaly === undefined) return null;
  const other = before.findIndex(
    (each) => each.kind === kind && each.anomaly === anomaly && each.verdict !== verdict,
  );
  if (other === -1) return null;
  return invalid(
    `"${at}.verdict" was ${verdict ?? 'nothing'}, and "changes.${other}" closes the same anomaly as ${before[other]?.verdict ?? 'nothing'}; allowed is one verdict for each`,
  );
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
  return invalid(
    `"${at}.anomaly" was "${asWritten(anomaly)}", no anomaly that is known; take one of list_anomalies`,
  );
}

function entitiesOf(
  view: EngineView,
  asked: readonly string[],
  kind: Kind,
  change: string,
): readonly EntityView[] | ToolProblem {
  const entities: EntityView[] = [];
  for (const [index, id] of asked.entries()) {
    const entity = entityAsked(view, id);
    if (isProblem(entity)) return entity;
    const problem = unfit(entity, kind, `"${change}.entities.${index}" was "${asWritten(id)}"`);
    if (problem !== null) return problem;
    entities.push(entity);
  }
  return entities;
}

/** What cannot happen to somebody brings nothing, and would be told with what is taken for granted of others. */
function unfit({ profile }: EntityView, kind: Kind, said: string): ToolProblem | null {
  const types = ONLY[kind];
  if (types?.includes(profile.type) === false)
    return invalid(`${said}, a ${profile.type}; allowed for ${kind} is a ${types.join(' or a ')}`);
  if (kind === 'enrol' && profile.enrolment.state === 'enrolled')
    return invalid(`${said}, enrolled already; allowed is who is not: search_entities with enrolled: false`);
  return null;
}

function needed(at: string, key: string, kind: string): ToolProblem {
  return invalid(`"${at}.${key}" is required for ${kind}`);
}

function invalid(message: string): ToolProblem {
  return { code: 'invalid_input', message, nearest: [] };
}
